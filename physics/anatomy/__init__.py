"""anatomy of the simulation."""
