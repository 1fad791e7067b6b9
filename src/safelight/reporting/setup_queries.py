"""Questions about destinations and the routing table. Secrets are given out sealed, to who opens destinations."""

from safelight.database.transaction import Tx
from safelight.errors import NotFound
from safelight.reporting.route import Route
from safelight.reporting.sealed_setup import SealedSetup
from safelight.reporting.setup import Setup
from safelight.reporting.store import route_rows, setup_rows


def find_setup(tx: Tx, name: str) -> Setup:
    """Return the destination of a name, whatever its capitals. Raises `NotFound`."""
    found = setup_rows.find(tx, name)
    if found is None:
        raise missing_setup(name)
    return found


def missing_setup(name: str) -> NotFound:
    """Return the error that says that there is no such destination."""
    return NotFound(f"There is no destination {name[:60]!r}. `safelight destination list` shows those that there are.")


def list_setups(tx: Tx) -> list[Setup]:
    """Return all destinations, in the order in which they were added."""
    return setup_rows.every(tx)


def sealed_setup(tx: Tx, setup: Setup) -> SealedSetup:
    """Return what sets a destination up, sealed."""
    return setup_rows.find_sealed(tx, setup.id)


def list_routes(tx: Tx) -> list[Route]:
    """Return the routing table, by the places of its lines."""
    return route_rows.every(tx)


def count_unfinished(tx: Tx, name: str) -> int:
    """Return how many reports to a destination have not ended."""
    return setup_rows.count_unfinished(tx, name)
