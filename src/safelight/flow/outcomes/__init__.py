"""What people and platforms tell of what came after a report: each function is one act, in one transaction."""
