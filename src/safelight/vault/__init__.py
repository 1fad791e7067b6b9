"""Evidence: sealed bytes and facts, why they must be kept and until when."""
