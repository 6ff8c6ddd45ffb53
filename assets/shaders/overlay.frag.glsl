#version 330
in vec2 uv;
out vec4 colour;
uniform sampler2D layer;
void main() { colour = texture(layer, uv); }
