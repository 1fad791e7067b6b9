"""Guarded outgoing connections: the one place that decides which addresses may be connected to."""
