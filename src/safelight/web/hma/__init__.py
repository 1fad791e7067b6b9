"""HMA's surface: its paths and answers, so that a client of HMA works by changing an address and a key."""
