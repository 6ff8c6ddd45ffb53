#version 330
// Restores a cached layer, colour and depth together.
in vec2 uv;
out vec4 colour;
uniform sampler2D layer;
uniform sampler2D layer_depth;
void main() {
    colour = texture(layer, uv);
    gl_FragDepth = texture(layer_depth, uv).r;
}
