"""Faults on demand: what goes wrong with a call, and which calls it goes wrong with."""
