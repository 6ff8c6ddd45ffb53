#version 330
// Meshes come in metres; the shaders work in millimetres.
#include "picture.glsl"
in vec3 position;
in vec3 normal;
in vec4 attributes;
uniform mat4 view_projection;
uniform mat4 model;   // to the patient frame, mm
#ifdef HAS_BULGE
uniform float bulge_height;  // mm; the skin lifted over the pump
uniform vec3 bulge_centre;
uniform vec3 bulge_normal;
uniform float bulge_radius;
#endif
out vec3 room_pos;
out vec3 room_normal;
out vec3 patient_pos;
out vec3 local_pos;
out vec4 surface_attributes;
void main() {
    vec4 p = model * vec4(position, 1.0);
    vec3 n = normalize(mat3(model) * normal);
#ifdef HAS_BULGE
    vec3 q = p.xyz - bulge_centre;
    float out_of = dot(q, bulge_normal);
    vec3 flat_q = q - out_of * bulge_normal;
    float r = length(flat_q);
    if (out_of > -70.0 && r < bulge_radius + 60.0) {
        float e = exp(clamp((r - bulge_radius - 3.0) / 5.5, -30.0, 30.0));
        float lift = bulge_height / (1.0 + e) * smoothstep(-70.0, -30.0, out_of);
        float slope = -lift * e / (1.0 + e) / 5.5;
        p.xyz += bulge_normal * lift;
        n = normalize(n - slope * flat_q / max(r, 1e-3));
    }
#endif
    patient_pos = p.xyz;
    local_pos = position * 1000.0;
    room_pos = room * p.xyz;
    room_normal = room * n;
    surface_attributes = attributes;
    gl_Position = view_projection * vec4(room_pos, 1.0);
}
