"""Destinations: the authorities that reports go to. Members are strangers to each other."""
