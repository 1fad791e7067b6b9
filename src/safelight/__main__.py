"""`python -m safelight`, where the command itself is not on the path."""

from safelight.cli.main import run

if __name__ == "__main__":
    run()
