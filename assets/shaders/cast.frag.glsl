#version 330
// Shadow of the moving things on a cached static layer: darkens where the light does not reach.
in vec2 uv;
out vec4 colour;
uniform sampler2D layer_depth;
uniform sampler2DShadow shadow_map;
uniform mat4 to_shadow;  // clip space to shadow clip space
void main() {
    float z = texture(layer_depth, uv).r;
    if (z >= 1.0) discard;
    vec4 s = to_shadow * vec4(uv * 2.0 - 1.0, z * 2.0 - 1.0, 1.0);
    s.xyz = s.xyz / s.w * 0.5 + 0.5;
    if (any(lessThan(s.xyz, vec3(0.0))) || any(greaterThan(s.xyz, vec3(1.0)))) discard;
    float lit = texture(shadow_map, vec3(s.xy, s.z - 0.0025));
    if (lit > 0.999) discard;
    colour = vec4(0.0, 0.0, 0.0, 0.52 * (1.0 - lit));
}
