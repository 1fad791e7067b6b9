"""Who may do what: API keys of services, persons, roles, and how often a key may be used."""
