"""Who did what to which, when and why."""
