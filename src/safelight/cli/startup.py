"""What a scan says before it begins: which code hashes, and which layers of the sandbox hold."""

import sys

from safelight.app import Scanner
from safelight.hashing.pdq import Flavour, simd_level, which_flavour


def announce(scanner: Scanner, flavour: str) -> None:
    """Say on standard error which code hashes, and whether every layer of the sandbox holds."""
    chosen = which_flavour(Flavour(flavour))
    level = f" ({simd_level()})" if chosen is Flavour.KERNEL else ", slower"
    print(f"Hashing: {chosen}{level}. {_sandbox(scanner)}", file=sys.stderr)  # noqa: T201 - the command line's voice


def _sandbox(scanner: Scanner) -> str:
    missing = [f"{layer.name} ({layer.detail})" for layer in scanner.layers if not layer.is_on]
    if missing:
        return f"Sandbox: WITHOUT {'; '.join(missing)}. Set sandbox_rule to refuse this."
    return f"Sandbox: all {len(scanner.layers)} layers hold."
