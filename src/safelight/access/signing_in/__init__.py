"""How persons show who they are: passwords, one-time codes, passkeys, sessions, and how often one may try."""
