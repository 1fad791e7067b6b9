"""Notices: what happened is told to the operator's own addresses, signed, by ids and verdict alone."""
