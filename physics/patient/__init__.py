"""patient of the simulation."""
