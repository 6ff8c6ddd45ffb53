"""hud of the game."""
