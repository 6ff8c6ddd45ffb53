"""csf of the simulation."""
