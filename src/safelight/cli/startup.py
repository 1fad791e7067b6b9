"""What a scan says before it begins: which code hashes, which layers of the sandbox hold, what is searched."""

from safelight.app import Scanner
from safelight.cli.voice import Voice
from safelight.hashing.pdq import Flavour, simd_level, which_flavour


def announce(scanner: Scanner, flavour: str) -> None:
    """Say on standard error which code hashes, whether every layer of the sandbox holds, and what is searched."""
    chosen = which_flavour(Flavour(flavour))
    level = f" ({simd_level()})" if chosen is Flavour.KERNEL else ", slower"
    against = f" Against {scanner.snapshot.stamp}." if scanner.snapshot else ""
    Voice(stderr=True).say(f"Hashing: {chosen}{level}. {_sandbox(scanner)}{against}")


def _sandbox(scanner: Scanner) -> str:
    missing = [f"{layer.name} ({layer.detail})" for layer in scanner.layers if not layer.is_on]
    if missing:
        return f"Sandbox: WITHOUT {'; '.join(missing)}. Set sandbox_rule to refuse this."
    return f"Sandbox: all {len(scanner.layers)} layers hold."
