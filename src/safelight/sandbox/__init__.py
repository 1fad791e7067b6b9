"""The sandbox: named tasks run on bytes from outside, in worker processes that can do nothing else."""
