"""pocket of the simulation."""
