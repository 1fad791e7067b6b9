"""Evidence: checked, held, handed over, destroyed."""
