"""pump of the simulation."""
