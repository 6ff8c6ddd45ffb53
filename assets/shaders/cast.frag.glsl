#version 330
// Shadow of the moving things on a cached static layer: darkens where the light does not reach.
in vec2 uv;
out vec4 colour;
uniform sampler2D layer_depth;
uniform sampler2DShadow shadow_map;
uniform mat4 to_shadow;  // clip space to shadow clip space
uniform vec3 low;  // box in shadow clip space outside which nothing casts a shadow
uniform vec3 high;
void main() {
    float z = texture(layer_depth, uv).r;
    if (z >= 1.0) discard;
    vec4 s = to_shadow * vec4(uv * 2.0 - 1.0, z * 2.0 - 1.0, 1.0);
    s.xyz /= s.w;
    if (any(lessThan(s.xyz, low)) || any(greaterThan(s.xyz, high))) discard;
    s.xyz = s.xyz * 0.5 + 0.5;
    float lit = texture(shadow_map, vec3(s.xy, s.z - 0.0025));
    if (lit > 0.999) discard;
    colour = vec4(0.0, 0.0, 0.0, 0.52 * (1.0 - lit));
}
