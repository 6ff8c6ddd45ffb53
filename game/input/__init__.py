"""input of the game."""
