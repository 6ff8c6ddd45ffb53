#version 330
#include "tonemap.glsl"
in vec2 uv;
out vec4 colour;
uniform sampler2D radiance;
uniform sampler2D occlusion;
uniform vec2 pixel;
uniform float exposure;
uniform float has_occlusion;
void main() {
    vec3 c = texture(radiance, uv).rgb;
    if (has_occlusion > 0.0) {
        float s = 0.0;
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++) s += texture(occlusion, uv + (vec2(i, j) - 1.5) * pixel * 2.0).r;
        c *= mix(vec3(0.10, 0.07, 0.06), vec3(1.0), s / 16.0);
    }
    c = tonemap(c * exposure);
    vec2 q = uv - 0.5;
    c *= 1.0 - 0.34 * dot(q, q);
    c += (fract(sin(dot(gl_FragCoord.xy, vec2(12.9898, 78.233))) * 43758.5453) - 0.5) / 255.0;
    colour = vec4(c, 1.0);
}
