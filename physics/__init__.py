"""What happens: the pure simulation."""
