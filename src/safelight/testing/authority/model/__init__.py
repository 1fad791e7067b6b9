"""What a report and a file's details may hold: our own reading of published facts, not the authority's schema."""
