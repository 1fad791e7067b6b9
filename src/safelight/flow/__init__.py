"""The product, a transaction per step."""
