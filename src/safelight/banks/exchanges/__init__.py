"""Where lists come from: one file per format or programme; each is a stranger to the others."""
