"""Durable work: what waits, until when, and how often it was tried."""
