"""instruments of the game."""
