"""Rows of the routing table."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select

from safelight.database.still_tables import keep_still
from safelight.database.transaction import Tx
from safelight.reporting.route import Route
from safelight.reporting.store.tables import destinations, routes
from safelight.review.decision import IncidentType


def every(tx: Tx) -> list[Route]:
    """Return the lines by their places."""
    asked = select(routes, destinations.c.name).join(destinations).order_by(routes.c.place)
    return [
        Route(
            place=row.place,
            destination=row.name,
            jurisdiction=row.jurisdiction,
            service=row.service,
            incident_type=IncidentType(row.incident_type) if row.incident_type else None,
        )
        for row in tx.execute(asked)
    ]


def replace_all(tx: Tx, table: Sequence[Route], numbers: Mapping[str, int]) -> None:
    """Put another table in the place of the one that is there. `numbers` are those of its destinations, by name."""
    keep_still(tx, [routes.name])
    tx.execute(delete(routes))
    for each in table:
        incident = "" if each.incident_type is None else each.incident_type.value
        values = {"jurisdiction": each.jurisdiction, "service": each.service, "incident_type": incident}
        tx.execute(insert(routes).values(place=each.place, destination_id=numbers[each.destination], **values))
