"""The doors over HTTP: the API, HMA's surface, figures for Prometheus."""
