#include "picture.glsl"
uniform sampler2DShadow shadow_map;
uniform int has_shadow;

float shadow_at(vec3 p, float nl) {
    if (has_shadow == 0) return 1.0;
    vec4 s = shadow_matrix * vec4(p, 1.0);
    s.xyz = s.xyz * 0.5 + 0.5;
    if (any(lessThan(s.xyz, vec3(0.0))) || any(greaterThan(s.xyz, vec3(1.0)))) return 1.0;
    float bias = mix(0.0022, 0.0006, nl);
#ifdef FULL
    float sum = 0.0, texel = 1.6 / float(textureSize(shadow_map, 0).x);
    float turn = fract(52.98 * fract(dot(gl_FragCoord.xy, vec2(0.0671, 0.00584)))) * 6.283;
    vec2 e = vec2(cos(turn), sin(turn));
    for (int i = 0; i < 10; i++) {
        float r = sqrt((float(i) + 0.5) / 10.0) * 1.9, t = float(i) * 2.4;
        vec2 k = vec2(cos(t), sin(t));
        k = vec2(k.x * e.x - k.y * e.y, k.x * e.y + k.y * e.x);
        sum += texture(shadow_map, vec3(s.xy + k * r * texel, s.z - bias));
    }
    return sum / 10.0;
#else
    float texel = 0.8 / float(textureSize(shadow_map, 0).x), z = s.z - bias * 1.5;
    return 0.25 * (texture(shadow_map, vec3(s.xy + vec2(-0.4, -1.0) * texel, z)) + texture(shadow_map, vec3(s.xy + vec2(1.0, -0.4) * texel, z))
        + texture(shadow_map, vec3(s.xy + vec2(0.4, 1.0) * texel, z)) + texture(shadow_map, vec3(s.xy + vec2(-1.0, 0.4) * texel, z)));
#endif
}
