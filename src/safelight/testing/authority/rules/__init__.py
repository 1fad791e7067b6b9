"""What a schema cannot say: rules between fields, and those of batched reports."""
