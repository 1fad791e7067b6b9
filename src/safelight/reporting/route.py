"""The routing table: which destination a report goes to. It is the operator's own; the first line that fits decides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from safelight.errors import InvalidValue
from safelight.review.decision import IncidentType

MOST_ROUTES = 200

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a route is looked up by: whose law the service answers to, which service it is, and what happened there.

    The jurisdiction is the platform's, and "" or a word the operator chose; it is nothing about anybody's person.
    """

    jurisdiction: str = ""
    service: str = ""
    incident_type: IncidentType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One line of the table: for what it is ("" and None: for any), and the name of the destination that it leads to.

    Lines are looked at by their place, from 1 on. The one that is for anything is the default.
    """

    place: int
    destination: str
    jurisdiction: str = ""
    service: str = ""
    incident_type: IncidentType | None = None

    @property
    def is_default(self) -> bool:
        """Whether it is for anything."""
        return not self.jurisdiction and not self.service and self.incident_type is None

    def why_not(self, asked: Asked) -> str:
        """Say in a sentence why this line is not for what is asked; "" where it is."""
        if self.jurisdiction and not _is_same(self.jurisdiction, asked.jurisdiction):
            return f"It is for the jurisdiction {self.jurisdiction}, and asked is for {asked.jurisdiction or 'none'}."
        if self.service and not _is_same(self.service, asked.service):
            return f"It is for the service {self.service}, and asked is for {asked.service or 'none'}."
        if self.incident_type not in {None, asked.incident_type}:
            told = "none" if asked.incident_type is None else asked.incident_type.value
            return f"It is for the incident {self.incident_type}, and asked is for {told}."
        return ""


def choose(routes: Sequence[Route], asked: Asked) -> Route | None:
    """Return the first line that fits, by their places; None where none does."""
    fitting = (each for each in sorted(routes, key=lambda route: route.place) if not each.why_not(asked))
    return next(fitting, None)


def check_routes(routes: Sequence[Route]) -> None:
    """Raise `InvalidValue` for a table that says nothing clear.

    1. Places are 1, 2, 3 and so on, in this order, and there are not too many.
    2. What a line is for is written in letters, digits, dots, dashes and underscores.
    3. No line is there twice, and none follows the default: it would never be reached.
    """
    if len(routes) > MOST_ROUTES or [each.place for each in routes] != list(range(1, len(routes) + 1)):
        raise InvalidValue(f"A table has up to {MOST_ROUTES} lines, counted from 1. Nothing was changed.")
    for route in routes:
        for word in (route.jurisdiction, route.service):
            if word and not _WORD.fullmatch(word):
                raise InvalidValue(
                    f"Line {route.place} is for {word[:60]!r}: a jurisdiction or a service is up to 50 letters, "
                    "digits, dots, dashes and underscores. Nothing was changed."
                )
    _require_reached(routes)


def _require_reached(routes: Sequence[Route]) -> None:
    seen: dict[tuple[str, str, IncidentType | None], int] = {}
    for route in routes:
        key = (route.jurisdiction.casefold(), route.service.casefold(), route.incident_type)
        before = seen.get(key, seen.get(("", "", None)))
        if before is not None:
            raise InvalidValue(
                f"Line {route.place} is never reached: line {before} takes all that it is for. Put the more special "
                "line first. Nothing was changed."
            )
        seen[key] = route.place


def _is_same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
