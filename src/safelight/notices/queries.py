"""Questions to the tables of notices."""

from datetime import datetime

from safelight.database.transaction import Tx
from safelight.errors import NotFound
from safelight.notices.address import NoticeAddress
from safelight.notices.delivery import Delivery, DeliveryState
from safelight.notices.sealed_secret import SealedSecret
from safelight.notices.store import address_rows, delivery_rows, secret_rows


def list_addresses(tx: Tx) -> list[NoticeAddress]:
    """Return every address, in the order in which they were added."""
    return address_rows.every(tx)


def find_address(tx: Tx, name: str) -> NoticeAddress:
    """Return the address of a name. Raises `NotFound`."""
    found = address_rows.find(tx, name)
    if found is None:
        raise NotFound(f"There is no address {name[:70]!r} for notices. `safelight notice list` shows them.")
    return found


def sealed_secrets(tx: Tx, address_id: int, now: datetime) -> list[SealedSecret]:
    """Return the sealed URL and signing secrets of an address that count now."""
    return secret_rows.of_address(tx, address_id, now)


def page_deliveries(
    tx: Tx,
    *,
    address_id: int | None = None,
    state: DeliveryState | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> list[Delivery]:
    """Return up to `limit` deliveries before a number, the latest first; all that is None asks for any."""
    return delivery_rows.page(tx, address_id=address_id, state=state, before_id=before_id, limit=limit)


def count_undelivered(tx: Tx, address_id: int) -> int:
    """Return how many deliveries to an address ended without having arrived."""
    return len(delivery_rows.undelivered(tx, address_id))
