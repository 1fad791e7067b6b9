"""Recently seen: where it is switched on, signals of media that matched nothing, for entries that come later."""
