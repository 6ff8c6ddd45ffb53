"""educator of the game."""
