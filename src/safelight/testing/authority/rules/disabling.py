"""An account is disabled before its user is told of it, and before it is enabled again."""

from collections.abc import Iterator
from datetime import datetime

from lxml.etree import _Element as Element

from safelight.testing.authority.model.breach import Breach
from safelight.testing.authority.model.kinds import MOMENT
from safelight.testing.authority.model.values import moment_of

_NAMES = ("accountTemporarilyDisabled", "accountPermanentlyDisabled")


def in_wrong_order(root: Element) -> Iterator[Breach]:
    """Yield the dates of a report that cannot follow each other so."""
    for element in root.iter(*_NAMES):
        disabled, told, enabled = (
            _date(element, name) for name in ("disabledDate", "userNotifiedDate", "reenabledDate")
        )
        where = root.getroottree().getelementpath(element)
        path = f"report/{where}"
        if disabled and told and told < disabled:
            yield Breach(path=f"{path}/@userNotifiedDate", says="it has to be no earlier than disabledDate")
        if disabled and enabled and enabled <= disabled:
            yield Breach(path=f"{path}/@reenabledDate", says="it has to be later than disabledDate")


def _date(element: Element, name: str) -> datetime | None:
    return moment_of(MOMENT, element.get(name, ""))
