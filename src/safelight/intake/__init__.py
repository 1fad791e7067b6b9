"""Sources and steps of incoming media."""
