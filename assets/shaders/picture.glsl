// What every mesh program of one picture shares; `Stage` in game/view/passes/state.py fills it once.
#define N_WINDOWS 2
#define N_SHEET 16
layout(std140) uniform Picture {
    mat4 shadow_matrix;           // room to the shadow map
    mat3 room;                    // patient frame to the room
    vec3 eye;                     // room, mm
    float exposure;
    vec3 light_dir;
    float fat;                    // mm
    vec3 light_colour;
    float blood;                  // film in the wounds, 0..1
    vec4 cut_sheet[N_SHEET / 4];  // x of the cut at even heights, mm
    vec2 cut_range;               // lowest and highest of them, mm
    float cut_side;               // +1: the left half is removed
    float cut_height;             // axial: all above is removed, mm
    vec3 window_centre[N_WINDOWS];
    mat3 window_axes[N_WINDOWS];
    vec2 window_half[N_WINDOWS];
    vec3 hole_centre[N_WINDOWS];
    mat3 hole_axes[N_WINDOWS];
    vec2 hole_half[N_WINDOWS];
    vec4 clothes;                 // z of the waistband, of the band's lower and upper edge, half its width, mm
    mat3 prep_axes;
    vec3 prep_centre;             // mm
    vec2 prep;                    // antiseptic, wet
    vec2 prep_half;
    vec2 prep_site;               // u, v of the window's middle, mm
    vec2 prep_origin;
    vec2 prep_size;
};
