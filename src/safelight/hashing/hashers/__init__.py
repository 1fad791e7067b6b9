"""One file per hasher; each is a stranger to the others."""
