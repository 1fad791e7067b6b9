"""The tables of what comes after reports."""
