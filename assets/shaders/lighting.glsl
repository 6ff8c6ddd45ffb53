#define PI 3.14159265
#include "picture.glsl"

float fifth(float x) { return x * x * x * x * x; }

// Analytic studio: cool floor, bright ceiling, two soft boxes and a strip light; +z is up in the room.
vec3 environment(vec3 d, float rough) {
    float h = d.z * 0.5 + 0.5;
    vec3 c = mix(vec3(0.075, 0.078, 0.085), mix(vec3(0.22, 0.235, 0.26), vec3(0.60, 0.66, 0.72),
                 smoothstep(0.45, 1.0, h)), smoothstep(0.1, 0.8, h));
    float k = mix(70.0, 3.0, rough);
    c += vec3(3.4, 3.25, 3.0) * pow(max(dot(d, normalize(vec3(-0.5, 0.55, 0.8))), 0.0), k) * mix(1.0, 0.10, rough);
    c += vec3(0.8, 1.0, 1.2) * pow(max(dot(d, normalize(vec3(0.9, -0.3, 0.25))), 0.0), k) * mix(1.0, 0.12, rough);
#ifdef FULL
    c += vec3(1.6, 1.6, 1.5) * smoothstep(0.08, 0.0, abs(d.z - 0.62) - 0.05)
         * smoothstep(0.35, 0.0, abs(d.x + 0.1) - 0.2) * (1.0 - rough) * (1.0 - rough);
#endif
    return c;
}

// The studio as a fully rough surface sees it.
vec3 soft_environment(vec3 d) {
#ifdef FULL
    return environment(d, 1.0);
#else
    float h = d.z * 0.5 + 0.5;
    vec3 c = mix(vec3(0.075, 0.078, 0.085), mix(vec3(0.22, 0.235, 0.26), vec3(0.60, 0.66, 0.72),
                 smoothstep(0.45, 1.0, h)), smoothstep(0.1, 0.8, h));
    float a = max(dot(d, vec3(-0.468, 0.515, 0.749)), 0.0), b = max(dot(d, vec3(0.917, -0.306, 0.255)), 0.0);
    return c + vec3(0.34, 0.325, 0.30) * a * a * a + vec3(0.096, 0.12, 0.144) * b * b * b;
#endif
}

// GGX microfacets with Schlick's Fresnel and Smith-Schlick shadowing [Walter 2007; Karis 2013].
vec3 reflectance(vec3 n, vec3 v, vec3 l, vec3 base, float rough, float metal) {
    vec3 h = normalize(v + l);
    float nl = max(dot(n, l), 0.0), nv = max(dot(n, v), 1e-3), nh = max(dot(n, h), 0.0), vh = max(dot(v, h), 0.0);
    float a = rough * rough, a2 = a * a, d = nh * nh * (a2 - 1.0) + 1.0;
    float spread = a2 / (PI * d * d);
    float k = (rough + 1.0) * (rough + 1.0) / 8.0;
    float mask = 0.25 / ((nl * (1.0 - k) + k) * (nv * (1.0 - k) + k));
    vec3 f0 = mix(vec3(0.04), base, metal);
    vec3 f = f0 + (1.0 - f0) * fifth(1.0 - vh);
    return ((1.0 - f) * (1.0 - metal) * base / PI + spread * mask * f) * nl;
}
