#version 330
// Log attenuation to a displayed radiograph: blur, glare, quantum noise, range compression, window, diaphragm.
in vec2 uv;
out vec4 colour;
uniform sampler2D attenuation;
uniform sampler2D grain;      // unit normal deviates, two channels
uniform vec2 grain_offset;
uniform vec2 pixel;
uniform float photons;
uniform vec2 window;
uniform float scatter;
uniform float compression;
uniform float middle;
uniform float air_gap;
uniform float collimation;
uniform int is_positive;
float beam(vec2 q) { return exp(-max(texture(attenuation, q).r, 0.0)); }
void main() {
    vec2 q = uv - 0.5;
    float r = length(q), open = 0.490 * collimation;
    float mask = smoothstep(open, open - 0.006, r);
    if (mask <= 0.0) {
        colour = vec4(0.012, 0.015, 0.018, 1.0);
        return;
    }
    float s = 4.0 * beam(uv)
        + 2.0 * (beam(uv + vec2(pixel.x, 0)) + beam(uv - vec2(pixel.x, 0)) + beam(uv + vec2(0, pixel.y)) + beam(uv - vec2(0, pixel.y)))
        + beam(uv + pixel) + beam(uv - pixel) + beam(uv + vec2(pixel.x, -pixel.y)) + beam(uv + vec2(-pixel.x, pixel.y));
    s /= 16.0;
    float glare = exp(-textureLod(attenuation, uv, 6.0).r);
    s = mix(s, glare, scatter);
    s *= 1.0 - 0.35 * dot(q, q);
    vec2 f = gl_FragCoord.xy / vec2(textureSize(grain, 0));
    float white = texture(grain, f + grain_offset).r * 2.0 - 1.0;
    float coarse = texture(grain, f * 0.5 + grain_offset.yx).g * 2.0 - 1.0;
    s += 3.0 * (0.62 * white + 0.55 * coarse) * sqrt(s / photons);
    float d = -log(max(s, 1e-4));
    float lower = textureLod(attenuation, uv, 5.0).r;
    d -= compression * (max(lower, middle - air_gap) - middle);
    float t = 1.0 - clamp((d - window.x) / (window.y - window.x), 0.0, 1.0);
    t = t * t * (3.0 - 2.0 * t) * 0.5 + t * 0.5;
    t = pow(t, 0.9);
    if (is_positive == 0) t = 1.0 - t;
    colour = vec4(vec3(t * mask) * vec3(0.97, 1.0, 1.0) + (1.0 - mask) * vec3(0.012, 0.015, 0.018), 1.0);
}
