#version 330
#include "cutting.glsl"
in vec3 patient_pos;
out vec4 colour;
void main() {
    colour = vec4(0.0);
    if (is_cut_away(patient_pos) || is_in_hole(patient_pos)) discard;
#ifndef UNDER_DRAPE
    if (window_distance(patient_pos) < 0.0) discard;
#endif
}
