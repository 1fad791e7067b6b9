"""What comes after a report: what the platform did, what the law asked for, and what an authority made of it."""
