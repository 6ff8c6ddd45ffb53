#version 330
#include "noise.glsl"
#include "tonemap.glsl"
#include "lighting.glsl"
#include "cutting.glsl"
in vec3 room_pos;
in vec3 room_normal;
in vec3 patient_pos;
in vec4 surface_attributes;
out vec4 colour;
uniform vec3 base;
uniform vec3 ghost;  // rim exponent, alpha facing the eye, alpha at the rim
uniform float gloss;
uniform float is_back;
void main() {
    if (is_cut_away(patient_pos) || is_in_hole(patient_pos)) discard;
    vec3 v = normalize(eye - room_pos), n = normalize(room_normal);
    if (dot(n, v) < 0.0) n = -n;
    float rim = pow(1.0 - max(dot(n, v), 0.0), ghost.x);
    float a = mix(ghost.y, ghost.z, rim) * mix(1.25, 1.0, surface_attributes.x);
    if (is_back > 0.0) a *= 0.45;
    float nl = max(dot(n, light_dir), 0.0);
    vec3 c = base * (environment(n, 1.0) * 0.9 + 0.75 * nl) + base * rim * 0.45;
    if (surface_attributes.z > 0.0) {
        c *= 0.45;
        a = max(a, 0.35);
    }
    float s1 = pow(max(dot(reflect(-light_dir, n), v), 0.0), 48.0);
    float s2 = pow(max(dot(reflect(-normalize(vec3(0.9, -0.3, 0.4)), n), v), 0.0), 30.0);
    a = clamp(a, 0.0, 1.0);
    c = c * a + (s1 * 0.30 + s2 * 0.10) * gloss * vec3(1.0, 0.98, 0.95) * (is_back > 0.0 ? 0.0 : 1.0);
#ifndef FULL
    c = a > 0.0 ? tonemap(c / a * exposure) * a : c;
#endif
    colour = vec4(c, a);
}
