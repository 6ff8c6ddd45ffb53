#version 330
// Parts of an instrument that lie behind something: a flat tint, so that they read as "inside".
// Where there are drapes they shine through skin only, and fade toward the drape's edge.
#include "cutting.glsl"
in vec3 room_pos;
in vec3 room_normal;
in vec3 patient_pos;
out vec4 colour;
uniform vec3 window_eye[N_WINDOWS];  // of the camera, in the axes of each window
uniform vec3 base;
uniform float alpha;

float seen_through_skin() {
#ifdef HAS_WINDOWS
    float most = 0.0;
    for (int i = 0; i < n_windows; i++) {  // where the line of sight passes the plane of the window
        vec3 a = window_eye[i], b = (patient_pos - window_centre[i]) * window_axes[i];
        vec2 at = b.z < 0.0 && a.z > 0.0 ? mix(a.xy, b.xy, a.z / (a.z - b.z)) : b.xy;
        most = max(most, smoothstep(-3.0, -20.0, rounded_rectangle(at, window_half[i], 14.0)));
    }
    return most;
#else
    return 1.0;
#endif
}

void main() {
    float f = abs(dot(normalize(room_normal), normalize(eye - room_pos)));
    float a = alpha * seen_through_skin();
    colour = vec4(base * (0.45 + 0.55 * f) * a, a);
}
