"""hydraulics of the simulation."""
