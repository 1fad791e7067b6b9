"""Keys: wrapping what is secret, signing what must not be forged."""
