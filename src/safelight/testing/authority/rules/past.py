"""All dates lie in the past: an incident that is still to come was not seen by anybody."""

from collections.abc import Iterator
from datetime import datetime

from lxml.etree import _Element as Element

from safelight.testing.authority.model.breach import Breach
from safelight.testing.authority.model.shape import Field
from safelight.testing.authority.model.values import moment_of
from safelight.testing.authority.model.walking import values_of


def of_the_future(root: Element, document: Field, now: datetime) -> Iterator[Breach]:
    """Yield the dates of a valid document that are now or later."""
    for path, kind, text in values_of(root, document.holds, document.name):
        if kind.is_past and (moment := moment_of(kind, text)) and moment >= now:
            yield Breach(path=path, says="it has to lie in the past")
