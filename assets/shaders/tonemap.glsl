// Filmic curve fitted to the ACES reference transform [Hill 2016], then display gamma.
vec3 tonemap(vec3 x) {
    const mat3 to_rrt = mat3(0.59719, 0.07600, 0.02840, 0.35458, 0.90834, 0.13383, 0.04823, 0.01566, 0.83777);
    const mat3 to_srgb = mat3(1.60475, -0.10208, -0.00327, -0.53108, 1.10813, -0.07276, -0.07367, -0.00605, 1.07602);
    x = to_rrt * x;
    x = (x * (x + 0.0245786) - 0.000090537) / (x * (0.983729 * x + 0.4329510) + 0.238081);
    return pow(clamp(to_srgb * x, 0.0, 1.0), vec3(1.0 / 2.2));
}
