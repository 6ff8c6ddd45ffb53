#version 330
// The painted cut: colours come from a picture of the section, light and shadow from here.
#include "noise.glsl"
#include "tonemap.glsl"
#include "lighting.glsl"
#include "shadow.glsl"
in vec3 room_pos;
in vec3 patient_pos;
out vec4 colour;
uniform sampler2D painting;
uniform vec3 paint_origin;  // mm
uniform vec3 paint_u;       // per mm
uniform vec3 paint_v;
uniform vec3 cut_normal;    // room
void main() {
    vec3 q = patient_pos - paint_origin;
    vec2 st = vec2(dot(q, paint_u), dot(q, paint_v));
    if (any(lessThan(st, vec2(0.0))) || any(greaterThan(st, vec2(1.0)))) discard;
    vec4 paint = texture(painting, st);
    if (paint.a < 0.5) discard;
    vec3 v = normalize(eye - room_pos);
    vec3 n = normalize(cut_normal);
    float s = shadow_at(room_pos + n * 1.5, 1.0);
    vec3 base = pow(paint.rgb, vec3(1.45));
    vec3 c = base * (0.62 + 0.44 * max(dot(n, light_dir), 0.0) * s)
             + reflectance(n, v, light_dir, vec3(0.0), 0.36, 0.0) * 1.1 * s;
    colour = vec4(c, 1.0);
#ifndef FULL
    colour.rgb = tonemap(colour.rgb * exposure);
#endif
}
