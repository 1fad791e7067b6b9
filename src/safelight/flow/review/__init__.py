"""Review: claims, decisions, complaints, and what follows from them, an act each."""
