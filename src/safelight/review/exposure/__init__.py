"""Exposure: what people were shown, how much of it they may be shown, and who may know how much that was."""
