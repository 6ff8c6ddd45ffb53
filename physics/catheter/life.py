"""Weeks and months of motion by cycle jumping."""
