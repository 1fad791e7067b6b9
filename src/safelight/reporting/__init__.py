"""Reporting: what is told to an authority, and how it gets there."""
