"""An account is disabled first; then its user is told, or it is enabled again."""

import pytest
from lxml import etree

from safelight.testing.authority.rules.disabling import in_wrong_order

_EARLY, _LATE = "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.001Z"


def _breaches(name: str, **dates: str) -> list[str]:
    attributes = "".join(f" {attribute}='{date}'" for attribute, date in dates.items())
    root = etree.fromstring(f"<report><victim><{name}{attributes}>true</{name}></victim></report>")
    return [breach.path.rpartition("@")[2] for breach in in_wrong_order(root)]


@pytest.mark.parametrize("name", ["accountTemporarilyDisabled", "accountPermanentlyDisabled"])
def test_a_user_is_told_no_earlier_than_it_is_done(name: str) -> None:
    assert _breaches(name, disabledDate=_LATE, userNotifiedDate=_EARLY) == ["userNotifiedDate"]
    assert _breaches(name, disabledDate=_EARLY, userNotifiedDate=_EARLY) == []
    assert _breaches(name, userNotifiedDate=_EARLY) == []


def test_an_account_is_enabled_later_than_it_was_disabled() -> None:
    name = "accountTemporarilyDisabled"
    assert _breaches(name, disabledDate=_EARLY, reenabledDate=_EARLY) == ["reenabledDate"]
    assert _breaches(name, disabledDate=_EARLY, reenabledDate=_LATE) == []
    assert _breaches(name, disabledDate="2026-01-01T01:00:00+02:00", reenabledDate=_EARLY) == []


def test_the_breach_says_whose_account_it_is() -> None:
    root = etree.fromstring(
        f"<report><victim/><victim><accountPermanentlyDisabled disabledDate='{_LATE}' userNotifiedDate='{_EARLY}'/>"
        "</victim></report>"
    )
    (breach,) = in_wrong_order(root)
    assert breach.path == "report/victim[2]/accountPermanentlyDisabled/@userNotifiedDate"
