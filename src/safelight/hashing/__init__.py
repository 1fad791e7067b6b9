"""Media to signals."""
