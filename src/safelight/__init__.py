"""Safelight: hash what arrives and match it against hash lists; review, reporting and preservation follow.

The names below are the library; each is loaded when it is first used, so that importing this costs nothing.

    import safelight

    workspace = safelight.open_workspace("my-workspace")
    with workspace.scanner(["my-bank"]) as scanner:
        result = scanner.scan_file("upload.jpg")
        print(result.verdict, result.matches)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from safelight.app import Scanner, Workspace, create_workspace, hash_bytes, open_workspace
    from safelight.errors import SafelightError
    from safelight.flow.chain import ScanResult
    from safelight.hashing.hashed import Hashed
    from safelight.hashing.pdq import hash_rgb
    from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType
    from safelight.matching.hamming import HammingIndex, Hits
    from safelight.matching.match import Match, Verdict

__all__ = [
    "HammingIndex",
    "Hashed",
    "Hits",
    "Match",
    "NoSignal",
    "Reason",
    "SafelightError",
    "ScanResult",
    "Scanner",
    "Signal",
    "SignalType",
    "Verdict",
    "Workspace",
    "create_workspace",
    "hash_bytes",
    "hash_rgb",
    "open_workspace",
]

_HOMES = {
    "HammingIndex": "safelight.matching.hamming",
    "Hashed": "safelight.hashing.hashed",
    "Hits": "safelight.matching.hamming",
    "Match": "safelight.matching.match",
    "NoSignal": "safelight.hashing.signal",
    "Reason": "safelight.hashing.signal",
    "SafelightError": "safelight.errors",
    "ScanResult": "safelight.flow.chain",
    "Scanner": "safelight.app",
    "Signal": "safelight.hashing.signal",
    "SignalType": "safelight.hashing.signal",
    "Verdict": "safelight.matching.match",
    "Workspace": "safelight.app",
    "create_workspace": "safelight.app",
    "hash_bytes": "safelight.app",
    "hash_rgb": "safelight.hashing.pdq",
    "open_workspace": "safelight.app",
}


def __getattr__(name: str) -> object:
    """Load a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
