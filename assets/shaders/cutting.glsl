// What is left out: the removed side of a section, drape windows, and skin that a wound patch replaces.
#include "picture.glsl"
uniform int n_windows;
uniform int n_holes;

float rounded_rectangle(vec2 q, vec2 half_size, float radius) {
    q = abs(q) - half_size + radius;
    return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - radius;
}

bool is_cut_away(vec3 p) {
#ifdef HAS_CUT
    float at = clamp((p.z - cut_range.x) / (cut_range.y - cut_range.x), 0.0, 0.9999) * float(N_SHEET - 1);
    int i = int(at);
    float x = mix(cut_sheet[i / 4][i % 4], cut_sheet[(i + 1) / 4][(i + 1) % 4], at - float(i));
#if HAS_CUT == 2
    return p.z > cut_height;
#elif HAS_CUT == 3
    return cut_side * (p.x - x) > 0.0 && p.z > cut_height;
#else
    return cut_side * (p.x - x) > 0.0;
#endif
#else
    return false;
#endif
}

// Distance outside the nearest drape window, in mm; negative inside.
float window_distance(vec3 p) {
    float d = 1e3;
#ifdef HAS_WINDOWS
    for (int i = 0; i < n_windows; i++) {
        vec3 q = (p - window_centre[i]) * window_axes[i];
        if (q.z > -70.0) d = min(d, rounded_rectangle(q.xy, window_half[i], 14.0));
    }
#endif
    return d;
}

bool is_in_hole(vec3 p) {
#ifdef HAS_HOLES
    for (int i = 0; i < n_holes; i++) {
        vec3 q = (p - hole_centre[i]) * hole_axes[i];
        if (all(lessThan(abs(q.xy), hole_half[i])) && abs(q.z) < 60.0) return true;
    }
#endif
    return false;
}
