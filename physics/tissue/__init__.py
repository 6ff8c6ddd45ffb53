"""tissue of the simulation."""
