#version 330
#include "noise.glsl"
in vec3 position;
in vec3 normal;
uniform mat4 view_projection;
uniform mat4 model;
uniform vec3 source;
uniform float inset;  // mm along -normal, roughened: the inner face of a cortex or a can
out vec3 from_source;
void main() {
    vec3 p = (model * vec4(position, 1.0)).xyz;
    vec3 n = normalize(mat3(model) * normal);
    if (inset > 0.0) {
        float rough = 0.6 * noise_at(p * 0.011).x + 0.35 * noise_at(p * 0.03).x;
        p -= n * inset * clamp(0.95 + rough, 0.25, 1.8);
    }
    from_source = p - source;
    gl_Position = view_projection * vec4(p, 1.0);
}
