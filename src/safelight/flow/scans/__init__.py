"""What arrives: taken in once, scanned, and what follows from it."""
