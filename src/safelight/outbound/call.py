"""Calls: one request whose answer is wanted whole, whatever its status."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is asked. A `body` in pieces has its length in the headers; it is read once and not kept.

    Headers and body are kept out of `repr`: they may hold a secret.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | Iterable[bytes] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was answered, whole. The names of `headers` are in small letters; the first of a name counts."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
