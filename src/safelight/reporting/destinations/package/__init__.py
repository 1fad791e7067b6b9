"""Package: a bundle for an authority without an API, which a person hands over: a sheet, JSON, sealed evidence."""
