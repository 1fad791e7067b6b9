"""A wrap as some room holds it: where it lies, and what it was bound to."""

from dataclasses import dataclass

from safelight.keys.interface import Wrapped


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWrap:
    """One wrap: the row it lies in, and the context by which it opens."""

    row_id: str
    wrapped: Wrapped
    context: bytes
