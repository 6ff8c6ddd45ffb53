#version 330
// Entry faces subtract, exit faces add the distance to the source: the sum is path length times attenuation.
in vec3 from_source;
out float path;
uniform float attenuation;  // 1/mm
void main() {
    float t = length(from_source);
    path = (gl_FrontFacing ? -t : t) * attenuation;
}
