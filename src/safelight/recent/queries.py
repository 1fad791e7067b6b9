"""Questions about what was recently seen. All are read-only; none shows anything of media to a door."""

from safelight.database.transaction import Tx
from safelight.recent import store
from safelight.recent.mark import Mark
from safelight.recent.seen import SeenRow, SeenTotals


def seen_totals(tx: Tx) -> SeenTotals:
    """Return how many media are kept, since when, and how many matched later."""
    return store.totals(tx)


def find_mark(tx: Tx) -> Mark | None:
    """Return the mark; None where nothing was ever kept."""
    return store.find_mark(tx)


def is_empty(tx: Tx) -> bool:
    """Whether nothing is kept."""
    return not store.has_any(tx)


def has_behind(tx: Tx) -> bool:
    """Whether anything is to be judged that came in late."""
    return store.has_behind(tx)


def page_sealed(tx: Tx, *, after_id: int, until_id: int, limit: int) -> list[tuple[int, bytes]]:
    """Return what is kept between two numbers, by number and as it is sealed: in a form that is quick for millions."""
    return store.page_sealed(tx, after_id=after_id, until_id=until_id, limit=limit)


def page_near(tx: Tx, *, after_id: int = 0, limit: int) -> list[SeenRow]:
    """Return what is to be judged, by number."""
    return store.page_near(tx, after_id=after_id, limit=limit)
