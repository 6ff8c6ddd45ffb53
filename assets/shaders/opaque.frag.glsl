#version 330
#include "noise.glsl"
#include "tonemap.glsl"
#include "lighting.glsl"
#include "cutting.glsl"
#include "shadow.glsl"
in vec3 room_pos;
in vec3 room_normal;
in vec3 patient_pos;
in vec3 local_pos;
in vec4 surface_attributes;
out vec4 colour;
uniform vec3 base;
uniform vec4 finish;  // roughness, metal, bump, scatter
uniform vec3 tint;
#ifndef HAS_METAL
#define HAS_METAL 0
#endif
#ifndef KIND
#define KIND 0
#endif
const int kind = KIND;
const int PLAIN = 0, BONE = 1, SKIN = 2, CLOTH = 3, WOUND = 4, BRUSHED = 5, EMISSIVE = 6, WALL = 7, MAT = 8;
const int TUBE = 9, GAUZE = 10, TILES = 11;
uniform sampler2D prep_map;  // painted, wet, over the unrolled skin

vec3 bumped(vec3 n, vec3 gradient, float amount) {
    gradient = room * gradient;
    gradient -= n * dot(gradient, n);
    return normalize(n - gradient * amount);
}

void main() {
    vec3 p = patient_pos;
    if (is_cut_away(p) || is_in_hole(p)) discard;
    float edge = window_distance(p);
#ifndef UNDER_DRAPE
    if (edge < 0.0) discard;
#endif
    vec3 v = normalize(eye - room_pos);
    vec3 n = normalize(room_normal);
    float side = gl_FrontFacing ? 1.0 : -1.0;
    n *= side;
    vec3 flat_normal = n;
    float rough = finish.x, metal = finish.y, ao = surface_attributes.x, scatter = finish.w, sheen = 0.0;
    vec3 c = base, red = vec3(1.0, 0.35, 0.22) * tint;
    if (kind == BONE) {
#ifdef FULL
        vec4 q = noise_at(p * 0.03) * 0.6 + noise_at(p * 0.09);
        n = bumped(n, q.yzw, finish.z);
        c *= 1.0 + 0.10 * q.x;
#endif
        c = mix(c, c * vec3(0.84, 0.70, 0.56), smoothstep(-0.15, 0.5, noise_at(p * 0.0036).x) * 0.5);
    }
    if (kind == SKIN || kind == WOUND) {
        ao = max(ao, 0.36);  // light that skin lets through fills its own hollows
        float low = noise_at(p * 0.0035).x;
#ifdef FULL
        vec4 f1 = noise_at(p * 0.045), f2 = noise_at(p * 0.11);
        n = bumped(n, f1.yzw * 0.7 + f2.yzw, finish.z);
        c *= 1.0 + 0.05 * f1.x;
        rough *= 1.0 + 0.18 * f2.x;
#else
        vec4 f1 = noise_at(p * 0.045);
        n = bumped(n, f1.yzw, finish.z * 0.8);
        c *= 1.0 + 0.04 * f1.x;
#endif
        c = mix(c, c * vec3(1.06, 0.80, 0.74), smoothstep(-0.1, 0.6, low) * 0.34);
        c = mix(c, c * vec3(0.93, 0.97, 1.0), smoothstep(0.1, 0.6, -low) * 0.4);
        c *= mix(vec3(0.86, 0.62, 0.54), vec3(1.0), smoothstep(0.35, 1.0, ao));
        sheen = 0.35;
        if (surface_attributes.z > 0.0) {  // museum cut through neck, arm or thigh
            c = mix(vec3(0.16, 0.055, 0.045), vec3(0.30, 0.10, 0.07), 0.5 + 0.5 * low);
            rough = 0.5;
            sheen = 0.0;
        }
#ifdef HAS_PREP
        if (surface_attributes.w > -0.00035) {
            vec3 q = (p - prep_centre) * prep_axes;
#ifdef FULL
            float ragged = 9.0 * noise_at(p * 0.006).x + 3.0 * f1.x;
#else
            float ragged = 8.0 * low + 3.0 * f1.x;
#endif
            float out_by = rounded_rectangle(q.xy, prep_half, 30.0) + ragged;
            float painted = smoothstep(2.0, -6.0, out_by) * step(-90.0, q.z);
            float wet = prep.y;
#ifdef HAS_PREP_MAP
            vec2 cell = (vec2(prep_site.x - q.x, prep_site.y + q.y) + 3.0 * f1.xy - prep_origin) / prep_size;
            vec2 done = texture(prep_map, clamp(cell, 0.0, 1.0)).rg;
            painted = smoothstep(0.25, 0.75, done.r + 0.15 * low) * step(-90.0, q.z);
            wet = done.g;
#endif
            c = mix(c, c * vec3(1.04, 0.80, 0.56) * (0.94 + 0.10 * low), 0.62 * prep.x * painted);
            rough = mix(rough, 0.27, wet * painted);
        }
#endif
#ifdef HAS_CLOTHES
        float weave_low = noise_at(vec3(p.x * 0.02, p.y * 0.02, p.z * 0.004)).x;
        float hem = clothes.x + 0.10 * p.y;  // the waistband dips in front
        float worn = max(step(p.z, hem), step(clothes.y, p.z) * step(p.z, clothes.z) * step(abs(p.x), clothes.w));
        float seam = min(abs(p.z - hem + 3.0), min(abs(p.z - clothes.y - 3.0), abs(p.z - clothes.z + 3.0)));
        if (worn > 0.0) {
            c = vec3(0.055, 0.105, 0.135) * (1.0 + 0.10 * weave_low) * mix(0.62, 1.0, smoothstep(0.0, 1.0, abs(seam - 3.0)));
            n = bumped(flat_normal, noise_at(p * vec3(0.006, 0.006, 0.012)).yzw + 0.6 * noise_at(p * 0.14).yzw, 0.10);
            rough = 0.85;
            scatter = 0.1;
            sheen = 0.8;
        }
#endif
    }
    bool is_opened = false;
    if (kind == WOUND) {
        float depth = -surface_attributes.w * 1000.0;
        if (depth > 0.35) {
            is_opened = true;
            vec4 lobules = noise_at(p * 0.026) + 0.5 * noise_at(p * 0.06);
            vec3 dermis = vec3(0.80, 0.52, 0.46);
            vec3 adipose = mix(vec3(0.84, 0.54, 0.16), vec3(0.95, 0.74, 0.36), smoothstep(-0.5, 0.5, lobules.x));
            float fibres = noise_at(vec3(p.x * 0.012, p.y * 0.02, p.z * 0.16)).x;
            vec3 fascia = mix(vec3(0.80, 0.76, 0.72), vec3(0.90, 0.86, 0.82), 0.5 + 0.5 * fibres);
            float d = depth + 0.6 * noise_at(p * 0.05).x;
            vec3 q = mix(dermis, vec3(0.62, 0.16, 0.12), smoothstep(1.2, 2.0, d));
            q = mix(q, adipose, smoothstep(2.0, 2.7, d));
            float vessel = noise_at(p * 0.011 + 0.3).x;
            q = mix(q, vec3(0.50, 0.12, 0.09), smoothstep(0.25, 0.62, vessel) * 0.16 * step(2.4, d));
            q = mix(q, fascia, smoothstep(fat - 1.5, fat + 0.5, d));
            float on_fascia = smoothstep(fat - 2.0, fat, d);
            // blood: a film that runs down the wall and gathers low, and fine oozing from the cut fat
            float run = 0.0, film = 0.0;
            if (blood > 0.01) {
                run = noise_at(vec3(p.x, p.y * 0.5, p.z) * 0.021 + 0.7).x + 0.5 * noise_at(p * 0.07).x;
                film = smoothstep(0.55 - 1.5 * blood, 1.25 - 1.3 * blood, run + 0.35 * on_fascia);
            }
            q = mix(q, mix(vec3(0.46, 0.045, 0.035), vec3(0.24, 0.012, 0.012), smoothstep(0.2, 0.9, run)), 0.80 * film);
            n = bumped(flat_normal, lobules.yzw, mix(0.30, 0.10, on_fascia) * smoothstep(1.8, 2.6, d));
            c = q;
            rough = mix(mix(0.34, 0.26, on_fascia), 0.14, film);
            scatter = 0.7;
            red = vec3(1.0, 0.62, 0.28);
            sheen = 0.0;
            ao = mix(ao, 1.0, 0.62);
        }
    }
    bool is_film = false;
#ifdef UNDER_DRAPE
    if (edge > 0.0) {
        is_film = true;
        c = mix(vec3(0.16, 0.22, 0.24), vec3(0.28, 0.37, 0.40), smoothstep(0.6, 1.2, edge));
        n = flat_normal;
        rough = 0.45;
        scatter = 0.0;
        ao = max(ao, 0.8);
    }
#endif
    if (kind == TUBE) {  // catheter: a ring each centimetre from the tip, a broad one each five
        float arc = surface_attributes.y * 1000.0, cell = abs(fract(arc / 10.0 + 0.5) - 0.5) * 10.0;
        float five = abs(fract(arc / 50.0 + 0.5) - 0.5) * 50.0, soft = fwidth(arc);
        float ring = max(1.0 - smoothstep(0.45, 0.45 + soft, cell), 1.0 - smoothstep(1.1, 1.1 + soft, five));
        c = mix(c, vec3(0.03, 0.04, 0.06), ring * step(0.001, arc) * (1.0 - smoothstep(2.0, 5.0, soft)));
    }
    if (kind == GAUZE) {  // woven swab, soaked where it lay in the wound: dark in the middle, thinner along the threads
        vec2 t = local_pos.xy * 3.3 + 0.5 * noise_at(local_pos * 0.004).yz;
        float thread = mix(0.45, abs(sin(t.x)) * abs(sin(t.y)), 1.0 - smoothstep(0.6, 1.8, fwidth(t.x) + fwidth(t.y)));
        c *= 0.80 + 0.24 * thread;
        float reach = length((local_pos.xy - vec2(2.0, -1.0)) * vec2(1.0, 1.25)) / 15.0 + 0.45 * noise_at(local_pos * 0.0022).x
            + 0.12 * noise_at(local_pos * vec3(0.011, 0.011, 0.004)).x + 0.08 * thread;
        float soaked = smoothstep(0.95, 0.55, reach) * smoothstep(0.0, 0.25, blood);
        c = mix(c, mix(vec3(0.52, 0.10, 0.075), vec3(0.25, 0.010, 0.010), smoothstep(0.15, 0.85, soaked)) * (0.85 + 0.2 * thread), 0.94 * smoothstep(0.0, 0.35, soaked));
        rough = mix(rough, 0.38, soaked);
    }
    if (kind == TILES) {  // floor and wall covering: faint joints
        vec3 t = abs(fract(local_pos / 600.0) - 0.5) * 600.0;
        vec3 w = abs(normalize(flat_normal));
        float joint = min(min(t.x + 999.0 * step(0.7, w.x), t.y + 999.0 * step(0.7, w.y)), t.z + 999.0 * step(0.7, w.z));
        c *= 1.0 - 0.22 * (1.0 - smoothstep(1.5, 4.0, joint)) + 0.05 * noise_at(local_pos * 0.0009).x;
    }
    if (kind == CLOTH) {
        vec4 weave = noise_at(p * 0.13);
#ifdef FULL
        n = bumped(n, weave.yzw, finish.z);
        n = bumped(n, noise_at(p * 0.012).yzw, 0.05);
#endif
        c *= 1.0 + 0.10 * weave.x;
        sheen = 0.7;
        if (edge < 11.0) {  // adhesive edge of the drape
            c = mix(c, vec3(0.42, 0.52, 0.55), 0.7);
            rough = 0.45;
        }
        if (edge < 1.0) c *= 0.6;
        if (abs(edge - 11.0) < 0.6) c *= 0.75;
    }
    if (kind == BRUSHED) {
        float s = noise_at(vec3(local_pos.xy * 0.004, local_pos.z * 0.3)).x;
        rough = clamp(rough + 0.10 * s, 0.05, 1.0);
        c *= 1.0 + 0.05 * s;
    }
    if (kind == WALL) {  // catheter of the kink lab: bend over the bend that folds it, and the printed line
        float bend = surface_attributes.y;
        c = mix(c, vec3(0.95, 0.52, 0.02), smoothstep(0.30, 0.85, bend));
        c = mix(c, vec3(0.78, 0.075, 0.0), smoothstep(0.85, 1.0, bend));
        float line = smoothstep(0.45, 0.55, -surface_attributes.z) * (1.0 - smoothstep(0.3, 0.9, fwidth(surface_attributes.z)));
        c = mix(c, c * vec3(0.10, 0.13, 0.20), line);
        scatter *= 1.0 - smoothstep(0.3, 0.85, bend);
    }
    if (kind == MAT) {  // cutting mat: a line each centimetre, a stronger one each five
        vec2 cell = abs(fract(p.xy / 10.0 - 0.5) - 0.5) * 10.0, wide = abs(fract(p.xy / 50.0 - 0.5) - 0.5) * 50.0;
        vec2 step_mm = fwidth(p.xy);
        vec2 fine = 1.0 - smoothstep(vec2(0.07), vec2(0.07) + step_mm * 1.2, cell);
        vec2 strong = 1.0 - smoothstep(vec2(0.16), vec2(0.16) + step_mm * 1.2, wide);
        float ink = max(0.30 * max(fine.x, fine.y), 0.75 * max(strong.x, strong.y));
        c = mix(c * (1.0 + 0.05 * noise_at(p * 0.02).x), c * 2.2 + 0.018, ink * step(0.5, flat_normal.z));
    }
    if (kind == EMISSIVE) {
        float facing = 0.55 + 0.45 * max(dot(n, v), 0.0);
        colour = vec4(c * facing, 1.0);
#ifndef FULL
        colour.rgb = tonemap(colour.rgb * exposure);
#endif
        return;
    }
    vec3 l = light_dir;
    float nl = max(dot(n, l), 0.0), nv = max(dot(n, v), 0.0);
    float s = shadow_at(room_pos + flat_normal * 1.6, nl);
    if (is_film) s = 1.0;
    vec3 sum = reflectance(n, v, l, c, rough, metal) * light_colour * s;
    bool is_skin = kind == SKIN || kind == WOUND;
    if (is_skin) sum += reflectance(n, v, l, vec3(0.0), rough * 0.55, 0.0) * light_colour * s * 0.35;
    if (scatter > 0.0) {
        float wrap = max((dot(n, l) + scatter) / (1.0 + scatter), 0.0);
        sum += c * red * (wrap - nl * 0.55) * 0.34 * scatter * mix(0.30, 1.0, s) * light_colour / 3.3;
    }
#ifdef FULL
    if (is_opened) sum += c * vec3(0.46, 0.44, 0.40) * mix(0.55, 1.0, s);
#else
    if (is_opened) sum += c * vec3(0.20, 0.18, 0.14) * mix(0.55, 1.0, s);
#endif
#ifdef FULL
    vec3 rim = normalize(vec3(-l.x, -l.y, 0.35));
    sum += reflectance(n, v, rim, c, max(rough, 0.3), metal) * vec3(0.55, 0.72, 0.95) * ao;
#endif
    vec3 f0 = mix(vec3(0.04), c, metal);
    vec3 f = f0 + (max(vec3(1.0 - rough), f0) - f0) * fifth(1.0 - nv);
    vec3 mirror = reflect(-v, n);
    vec3 around = soft_environment(n);
#ifdef FULL
    vec3 shine = environment(mirror, rough);
#else
    vec3 shine = HAS_METAL > 0 ? environment(mirror, rough) : soft_environment(mirror);
#endif
    shine += metal * vec3(0.20, 0.21, 0.22) * smoothstep(-1.0, 0.6, mirror.z);
    vec3 ambient = around * c * (1.0 - metal) * (1.0 - f) + shine * f * mix(0.7 * ao, 1.0, metal);
    if (kind == SKIN) sum += c * vec3(0.26, 0.13, 0.10) * scatter * (1.0 - ao);  // what comes through the walls of a hollow
    if (is_skin) ambient *= mix(vec3(0.78, 0.50, 0.42), vec3(1.0), ao);
    sum += ambient * ao * mix(0.66, 1.0, s);
    sum += c * sheen * fifth(1.0 - nv) * around * 0.8 * ao;
    colour = vec4(sum, 1.0);
#ifndef FULL
    colour.rgb = tonemap(colour.rgb * exposure);
#endif
}
