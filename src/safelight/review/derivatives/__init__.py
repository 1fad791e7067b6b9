"""Derivatives: pictures of evidence that show no more than a level allows, made in the sandbox."""
