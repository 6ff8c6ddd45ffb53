#version 330
// Half-resolution ambient occlusion from depth; samples sit on texel centres to avoid banding.
out float occlusion;
uniform sampler2D depth;
uniform vec2 pixel;
uniform mat4 inverse_projection;
uniform float reach;
vec3 view_position(vec2 u) {
    u = (floor(u / pixel) + 0.5) * pixel;
    vec4 q = inverse_projection * vec4(u * 2.0 - 1.0, texture(depth, u).r * 2.0 - 1.0, 1.0);
    return q.xyz / q.w;
}
void main() {
    vec2 uv = (floor(gl_FragCoord.xy) * 2.0 + 0.5) * pixel;
    if (texture(depth, uv).r >= 1.0) {
        occlusion = 1.0;
        return;
    }
    vec3 p = view_position(uv);
    vec3 a = view_position(uv + vec2(pixel.x, 0)) - p, b = p - view_position(uv - vec2(pixel.x, 0));
    vec3 c = view_position(uv + vec2(0, pixel.y)) - p, d = p - view_position(uv - vec2(0, pixel.y));
    vec3 n = normalize(cross(abs(a.z) < abs(b.z) ? a : b, abs(c.z) < abs(d.z) ? c : d));
    vec2 cell = mod(floor(gl_FragCoord.xy), 4.0);
    float turn = (mod(cell.x * 7.0 + cell.y * 4.0 + cell.x * cell.y * 3.0, 16.0) + 0.5) / 16.0 * 6.283;
    float radius = reach / -p.z, sum = 0.0;
    for (int i = 0; i < 14; i++) {
        float t = turn + float(i) * 2.4, r = radius * (float(i) + 0.7) / 14.0;
        vec3 q = view_position(uv + vec2(cos(t), sin(t)) * r * vec2(pixel.x / pixel.y, 1.0)) - p;
        float far = length(q);
        sum += max(dot(n, q) / (far + 1e-3) - 0.08, 0.0) * smoothstep(90.0, 12.0, far);
    }
    occlusion = clamp(1.0 - 1.9 * sum / 14.0, 0.0, 1.0);
}
