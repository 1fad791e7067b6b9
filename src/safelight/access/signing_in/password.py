"""Passwords: what they may be, and the slow hash that is kept of them.

The rule is that of NIST SP 800-63B for passwords beside a second factor: a length, a list of what is guessed first, no
rule of composition, no end by time. A password is compared in Unicode's normal form NFKC.
"""

import secrets
import threading
import unicodedata
from base64 import b64encode
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError

from safelight.access.signing_in.weak_passwords import is_weak
from safelight.errors import InvalidValue, RateLimited

LEAST_LENGTH = 12
"""NIST asks for 8 beside a second factor; with 12, what is guessed slowly is not guessed within years."""

MOST_LENGTH = 256

_SALT_BYTES, _HASH_BYTES = 16, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one hash costs: argon2id's memory, rounds and lanes."""

    memory_kib: int
    rounds: int
    lanes: int


USUAL_COST = Cost(memory_kib=1 << 16, rounds=3, lanes=4)
"""RFC 9106, section 4, second recommended option: argon2id, 64 MiB, 3 rounds, 4 lanes, salt of 128 bits."""


def normal_form(password: str) -> str:
    """Return a password in the form in which it is hashed."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *, names: Collection[str] = ()) -> None:
    """Raise `InvalidValue` unless a person may choose this password. `names` are theirs and the place's."""
    length = len(normal_form(password))
    if not _is_text(password):
        raise InvalidValue("This password holds halves of characters, which no keyboard makes. Nothing was changed.")
    if not LEAST_LENGTH <= length <= MOST_LENGTH:
        raise InvalidValue(
            f"A password has {LEAST_LENGTH} to {MOST_LENGTH} characters, and this one has {length}. Nothing was "
            "changed. Any characters will do; several words are easy to remember."
        )
    if is_weak(normal_form(password), names=names):
        raise InvalidValue(
            "This password is among the first that are guessed: a common word, a name or a plain row with little "
            "beside it. Nothing was changed. Choose another; several words that nobody would put together are good."
        )


def _is_fitting(password: str) -> bool:
    return len(password) <= MOST_LENGTH and _is_text(password)


def _is_text(password: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in password)


class PasswordHasher:
    """Hashes passwords by argon2id and compares them; safe for use by many threads.

    At most `most_at_once` hashes are computed at a time, for each takes the memory of its cost; whoever waits longer
    than `patience_s` is told `RateLimited`. `computed` counts hashes: what one try costs does not depend on whether
    the name is known.
    """

    def __init__(self, cost: Cost = USUAL_COST, *, most_at_once: int = 2, patience_s: float = 10.0) -> None:
        self.cost = cost
        self.computed = 0
        self._slots = threading.BoundedSemaphore(most_at_once)
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._argon2 = Argon2(
            time_cost=cost.rounds,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=_HASH_BYTES,
            salt_len=_SALT_BYTES,
        )

    def hash(self, password: str) -> str:
        """Return what is kept of a password: its hash with salt and cost, as PHC text."""
        with self._slot():
            return self._argon2.hash(normal_form(password))

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one of which `kept` was kept. None never matches, and costs the same."""
        is_fitting = _is_fitting(password)
        against = kept if kept is not None and is_fitting else self._nobodys()
        with self._slot():
            try:
                return self._argon2.verify(against, normal_form(password) if is_fitting else "")
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash was made at another cost than is usual now, so that it is made anew when there is occasion."""
        return self._argon2.check_needs_rehash(kept)

    def _nobodys(self) -> str:
        """Return a hash of the usual cost that no password has, for none was hashed: it is random."""
        salt, digest = (_encoded(secrets.token_bytes(size)) for size in (_SALT_BYTES, _HASH_BYTES))
        cost = self.cost
        return f"$argon2id$v=19$m={cost.memory_kib},t={cost.rounds},p={cost.lanes}${salt}${digest}"

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=self._patience_s):
            raise RateLimited("Too many sign in at this moment. Nothing was done. Try again in a few seconds.")
        try:
            with self._lock:
                self.computed += 1
            yield
        finally:
            self._slots.release()


def _encoded(data: bytes) -> str:
    return b64encode(data).decode().rstrip("=")
