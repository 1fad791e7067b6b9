"""The tables of cases, and the only SQL of this room."""
