"""Hash lists: banks and their entries."""
