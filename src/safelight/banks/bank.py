"""Banks: named hash lists, and the rules for their names, thresholds and policies."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

from safelight.errors import InvalidValue
from safelight.hashing.signal import SignalType

MAX_NAME_LENGTH = 100
MAX_PDQ_THRESHOLD = 64
"""A quarter of the bits. Unrelated pictures lie near 128; well before that a big bank starts to match everything."""

WHOLE_ROLLOUT = 10_000
"""The share of media, in ten-thousandths, of a bank that is rolled out wholly."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
_DEFAULT_THRESHOLDS = {SignalType.PDQ: 31}  # the distance that the field uses: python-threatexchange's PDQ default


class DeconfirmedPolicy(StrEnum):
    """What becomes of the matches of an entry that our reviewers found to be a mistake of its list."""

    STOP = "stop"
    DEMOTE = "demote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """One hash list and its policies. `version` grows with every change that alters what matches.

    `thresholds` holds what was set for this bank; ask `threshold` for what counts. `rollout` is the share of media, in
    ten-thousandths, that the bank is matched against; ask `in_rollout`. An allow-list's entries are no matches: they
    suppress matches of the banks whose numbers are in `suppresses`. `verified_by` names the authority that has verified
    the entries, as the operator says; empty for none.
    """

    id: int
    name: str
    is_enabled: bool
    version: int
    created_at: datetime
    thresholds: Mapping[str, int] = field(default_factory=dict)
    deconfirmed: DeconfirmedPolicy = DeconfirmedPolicy.STOP
    rollout: int = WHOLE_ROLLOUT
    rollout_key: bytes = field(default=b"", repr=False)  # who knows it can tell which media are left out
    is_allow_list: bool = False
    suppresses: frozenset[int] = frozenset()
    verified_by: str = ""

    @property
    def is_verified(self) -> bool:
        """Whether the operator has marked it as a list whose entries an authority has verified."""
        return bool(self.verified_by)

    def threshold(self, signal_type: str) -> int:
        """Return the distance at or under which an entry of this bank matches: 0 for types compared exactly."""
        return self.thresholds.get(signal_type, default_threshold(signal_type))

    def in_rollout(self, media_digest: bytes) -> bool:
        """Whether media of this digest is matched against this bank: always the same answer for the same media.

        The digest, keyed with the bank's own secret, is taken as a fraction between 0 and 1. Media is in when its
        fraction lies below the share, so that whatever was in stays in when the share grows.
        """
        keyed = blake2b(media_digest, key=self.rollout_key, digest_size=8).digest()
        return int.from_bytes(keyed, "big") * WHOLE_ROLLOUT < self.rollout << 64


def default_threshold(signal_type: str) -> int:
    """Return the threshold that holds where none was set: 31 for PDQ, 0 (equality) for all others."""
    return next((distance for name, distance in _DEFAULT_THRESHOLDS.items() if name == signal_type), 0)


def check_threshold(signal_type: str, distance: int) -> None:
    """Raise `InvalidValue` unless this distance may be set for this signal type."""
    if signal_type not in _DEFAULT_THRESHOLDS:
        raise InvalidValue(f"Signals of type {signal_type} are compared for equality: they have no threshold.")
    if not 0 <= distance <= MAX_PDQ_THRESHOLD:
        raise InvalidValue(f"A PDQ threshold lies between 0 and {MAX_PDQ_THRESHOLD}; 31 is usual.")


def check_rollout(share: int) -> None:
    """Raise `InvalidValue` unless a bank may be rolled out to this share, in ten-thousandths."""
    if not 0 <= share <= WHOLE_ROLLOUT:
        raise InvalidValue("A bank is rolled out to 0 to 100 percent of the media.")


def check_authority(authority: str) -> None:
    """Raise `InvalidValue` unless an authority is named."""
    if not 0 < len(authority.strip()) <= MAX_NAME_LENGTH or not authority.isprintable():
        raise InvalidValue(f"Name the authority that has verified the entries, in 1 to {MAX_NAME_LENGTH} characters.")


def check_bank_name(name: str) -> None:
    """Raise `InvalidValue` unless a bank may have this name."""
    if len(name) > MAX_NAME_LENGTH or not _NAME.fullmatch(name):
        raise InvalidValue(
            f"A bank's name has 1 to {MAX_NAME_LENGTH} letters A-Z, digits, '_', '-' and '.', and starts with a "
            "letter, a digit or '_'."
        )


def name_key(name: str) -> str:
    """Return what two names have in common when they differ only in upper and lower case."""
    return name.casefold()
