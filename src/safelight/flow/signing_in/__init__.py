"""Signing in: one function for each thing that a page does. Every one of them is one act, in short transactions."""
