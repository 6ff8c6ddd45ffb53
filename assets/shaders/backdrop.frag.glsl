#version 330
#include "tonemap.glsl"
in vec2 uv;
out vec4 colour;
uniform vec3 outer;
uniform vec3 inner;
void main() {
    vec2 q = uv - vec2(0.5, 0.55);
    float r = dot(q * vec2(1.0, 0.8), q);
    vec3 c = mix(inner, outer, smoothstep(0.0, 0.42, r));
#ifndef FULL
    c = tonemap(c);
#endif
    colour = vec4(c, 1.0);
}
