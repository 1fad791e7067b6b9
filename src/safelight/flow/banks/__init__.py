"""Banks: edited, filled, followed, controlled and explained."""
