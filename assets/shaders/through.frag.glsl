#version 330
// Parts of an instrument that lie behind something: a flat tint, so that they read as "inside".
#include "cutting.glsl"
in vec3 room_pos;
in vec3 room_normal;
in vec3 patient_pos;
out vec4 colour;
uniform vec3 base;
uniform float alpha;
uniform vec3 eye;
void main() {
    float f = abs(dot(normalize(room_normal), normalize(eye - room_pos)));
    colour = vec4(base * (0.45 + 0.55 * f) * alpha, alpha);
}
