// Tileable value noise with gradient from one texture fetch.
uniform sampler3D noise_volume;
vec4 noise_at(vec3 p) { return texture(noise_volume, p) * 2.0 - 1.0; }
