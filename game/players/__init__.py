"""players of the game."""
