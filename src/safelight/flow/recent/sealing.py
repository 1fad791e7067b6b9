"""What recently seen media is sealed with, and what its cases are known by: the vault's secret, opened once."""

import threading
from dataclasses import dataclass

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.keys.interface import KeyService
from safelight.keys.recovery import require_exported
from safelight.recent.cipher import SeenCipher
from safelight.review.case import About, about
from safelight.vault.content_digest import digest_content, digest_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    secret: bytes
    cipher: SeenCipher


class RecentSecrets:
    """Opens the secret when it is first needed, and then holds it in memory. For any number of threads."""

    def __init__(self, engine: Engine, keys: KeyService, clock: Clock) -> None:
        self._engine, self._keys, self._clock = engine, keys, clock
        self._lock = threading.Lock()
        self._opened: _Opened | None = None

    def cipher(self) -> SeenCipher:
        """Return what seals and opens what is kept. Raises `KeysNotExported`, `KeysUnusable`, `DatabaseUnusable`."""
        return self._open().cipher

    def about(self, subject_id: str, media_digest: bytes) -> About:
        """Return what a case is about: as of media whose bytes are sealed, so that those join it when they come."""
        return about(subject_id, digest_content(self._open().secret, media_digest))

    def _open(self) -> _Opened:
        with self._lock:
            if self._opened is None:
                require_exported(self._keys)
                secret = digest_secret(self._engine, self._keys, self._clock)
                self._opened = _Opened(secret=secret, cipher=SeenCipher(secret))
            return self._opened
