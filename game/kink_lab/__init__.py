"""The kink lab in the window: one catheter between two hands, plots against theory, a deck of puzzles."""
