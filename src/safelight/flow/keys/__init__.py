"""The keys of an installation: rotated, retired, re-wrapped."""
