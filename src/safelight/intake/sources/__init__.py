"""Places that media comes from; each is a stranger to the others."""
