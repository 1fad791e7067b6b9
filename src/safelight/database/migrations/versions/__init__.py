"""One file per step; each spells its tables out and imports nothing of ours, so that it stays true for ever."""
