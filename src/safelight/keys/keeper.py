"""What the commands that make, change and remove keys need of a key service."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from safelight.keys.interface import KeyService
from safelight.keys.key_ring import KeyRing, WrappingKey


class KeyKeeper(KeyService, Protocol):
    """A key service whose keys are administered here. Rings that pass through hold their secrets in the clear.

    Every member raises `KeysUnusable`; whatever it raises, the keys are as they were.
    """

    def exists(self) -> bool:
        """Whether there are keys at the place, usable or not."""
        ...

    def new_ring(self, at: datetime) -> KeyRing:
        """Make the first keys, and keep them nowhere yet."""
        ...

    def new_wrapping_key(self, at: datetime) -> WrappingKey:
        """Make the next wrapping key, and keep it nowhere yet."""
        ...

    def create(self, ring: KeyRing) -> None:
        """Keep a ring where none is. Raises `AlreadyExists`."""
        ...

    def ring(self) -> KeyRing:
        """Return the keys with all that a recovery copy must hold."""
        ...

    def change(self, alter: Callable[[KeyRing], KeyRing]) -> KeyRing:
        """Replace the ring by what `alter` makes of it, one process after the other, and return it."""
        ...
