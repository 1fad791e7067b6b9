"""Recently seen: keeping what matched nothing, matching it against entries that come later, forgetting it."""
