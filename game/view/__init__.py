"""view of the game."""
