"""Engines, transactions and migrations: the only home of dialect differences."""
