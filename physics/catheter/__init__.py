"""catheter of the simulation."""
