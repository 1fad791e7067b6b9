"""The tables of access, and the only SQL on them."""
