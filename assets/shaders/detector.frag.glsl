#version 330
// Log attenuation to a displayed radiograph: blur, scatter, quantum noise, range compression, window, diaphragm.
in vec2 uv;
out vec4 colour;
uniform sampler2D attenuation;
uniform sampler2D patient;    // the same without instruments, with its mipmaps
uniform sampler2D grain;      // unit normal deviates, two channels
uniform vec2 grain_offset;
uniform vec2 pixel;
uniform float photons;
uniform vec2 window;
uniform float scatter;        // scattered over primary, behind the grid
uniform float expansion;      // display contrast set up for the whole field's scatter
uniform float compression;
uniform float middle;
uniform float air_gap;
uniform float collimation;
uniform vec2 blades;
uniform vec2 blade_turn;
uniform vec2 picture_turn;
uniform float mirror;
uniform int is_positive;
float beam(vec2 q) { return exp(-max(texture(attenuation, q).r, 0.0)); }
void main() {
    vec2 shown = vec2((uv.x - 0.5) * mirror, uv.y - 0.5);
    vec2 q = vec2(picture_turn.x * shown.x - picture_turn.y * shown.y, picture_turn.y * shown.x + picture_turn.x * shown.y);
    vec2 at = q + 0.5;
    vec2 b = abs(vec2(blade_turn.x * q.x + blade_turn.y * q.y, -blade_turn.y * q.x + blade_turn.x * q.y));
    float r = length(q);
    float mask = smoothstep(0.490 * collimation, 0.490 * collimation - 0.006, r);
    mask *= smoothstep(0.490 * blades.x + 0.003, 0.490 * blades.x - 0.003, b.x)
          * smoothstep(0.490 * blades.y + 0.003, 0.490 * blades.y - 0.003, b.y);
    if (mask <= 0.0) {
        colour = vec4(r < 0.490 ? vec3(0.030, 0.036, 0.040) : vec3(0.012, 0.015, 0.018), 1.0);
        return;
    }
    vec2 h = 0.5 * pixel;  // four taps between pixels weigh a 3 x 3 neighbourhood 1-2-1
    float s = 0.25 * (beam(at + h) + beam(at - h) + beam(at + vec2(h.x, -h.y)) + beam(at + vec2(-h.x, h.y)));
    float wide = textureLod(patient, at, 6.0).r;
    float thick = pow(clamp(wide / max(middle, 1.0), 0.0, 1.5), 1.35);  // thin parts scatter little
    s = (s + scatter * thick * exp(-wide)) / (1.0 + scatter);
    s *= 1.0 - 0.35 * dot(q, q);
    vec2 f = gl_FragCoord.xy / vec2(textureSize(grain, 0));
    float white = texture(grain, f + grain_offset).r * 2.0 - 1.0;
    float coarse = texture(grain, f * 0.5 + grain_offset.yx).g * 2.0 - 1.0;
    s += 3.0 * (0.62 * white + 0.55 * coarse) * sqrt(s / photons);
    float d = -log(max(s, 1e-4));
    float near = wide - log((1.0 + scatter * thick) / (1.0 + scatter));
    d = near + (d - near) * (1.0 + (expansion - 1.0) * thick);
    float lower = textureLod(patient, at, 5.0).r;
    d -= compression * (max(lower, middle - air_gap) - middle);
    float t = 1.0 - clamp((d - window.x) / (window.y - window.x), 0.0, 1.0);
    t = t * t * (3.0 - 2.0 * t) * 0.5 + t * 0.5;
    t = pow(t, 0.9);
    if (is_positive == 0) t = 1.0 - t;
    colour = vec4(vec3(t * mask) * vec3(0.97, 1.0, 1.0) + (1.0 - mask) * vec3(0.012, 0.015, 0.018), 1.0);
}
