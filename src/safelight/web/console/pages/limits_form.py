"""The form of a person's own limits: what it shows, and what was entered."""

from dataclasses import fields
from typing import Any

from safelight.access.person import Person
from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.review.exposure.limits import Limits, OwnLimits, read_hours
from safelight.review.exposure.queries import own_limits
from safelight.web.console.form import Form
from safelight.web.console.visit import Visit

NUMBERS = tuple(field.name for field in fields(Limits) if field.name not in {"hours", "time_zone"})
"""The limits that are numbers, in the order in which they are shown."""

_LONGEST_NUMBER = 4


def limits_of(visit: Visit, person: Person) -> dict[str, Any]:
    """Return what the form of a person's limits is given."""
    with read(visit.engine) as tx:
        own = own_limits(tx, person.id)
    return {"named": person, "own_limits": own, "house": visit.review.limits, "numbers": NUMBERS}


def read_limits(form: Form) -> OwnLimits:
    """Return the limits that were entered; what is empty is as the house has it. Raises `InvalidValue`."""
    numbers = {name: _number(form.text(name)) for name in NUMBERS}
    zone = form.text("time_zone").strip() or None
    return OwnLimits(**numbers, hours=read_hours(form.text("hours")), time_zone=zone)


def _number(text: str) -> int | None:
    given = text.strip()
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) <= _LONGEST_NUMBER):
        raise InvalidValue("A limit is a whole number, or empty for the house's own. Nothing was changed.")
    return int(given)
