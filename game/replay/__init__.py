"""The log of an attempt: written while playing, read back strictly, replayed bit for bit."""
