"""Signals to matches."""
