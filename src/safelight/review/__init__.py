"""Review: cases about accounts, or about media of nobody known. Claims and decisions come with the console."""
