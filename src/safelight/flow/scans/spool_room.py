"""How much may wait in the sealed spool: a sender must not fill the disk that evidence needs."""

from dataclasses import dataclass

from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.errors import SpoolFull
from safelight.vault.queries import kept_totals


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolRoom:
    """The most media, and the most bytes of them, that wait or are held at a time.

    Those who ask at the same moment may each get the last place: it is exceeded by one for each thread at most.
    """

    most_media: int = 10_000
    most_bytes: int = 64 << 30

    def has_room(self, engine: Engine, size_bytes: int) -> bool:
        """Whether media of that size may be kept too."""
        with read(engine) as tx:
            media, total = kept_totals(tx)
        return media < self.most_media and total + size_bytes <= self.most_bytes

    def require(self, engine: Engine, size_bytes: int) -> None:
        """Raise `SpoolFull` where media of that size may not be kept."""
        if not self.has_room(engine, size_bytes):
            raise SpoolFull(
                f"{self.most_media} media or {self.most_bytes >> 30} GiB may wait in the sealed spool, and do. This "
                "was not taken in, and nothing of it was left. See that workers run, and look at `safelight spool "
                "list`."
            )


USUAL_ROOM = SpoolRoom()
