"""game of the game."""
