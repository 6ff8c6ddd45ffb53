"""Months of therapy without hands: six written courses, each beside the one it should be compared with."""
