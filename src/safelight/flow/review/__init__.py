"""Review: claims, decisions, complaints, what reviewers are shown and how much of it, an act each."""
