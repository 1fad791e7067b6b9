"""Reports: from a decided case to an authority's receipt."""
