"""What a platform says that it did."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from safelight.errors import InvalidValue
from safelight.outcomes.action import ActionKind, NewAction, check_action

_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_NEW = NewAction(kind=ActionKind.REMOVED, acted_at=_NOW, subject_id="account 7")


def test_an_action_is_about_an_account_or_content() -> None:
    check_action(_NEW, _NOW)
    check_action(replace(_NEW, subject_id="", content_id="post 1"), _NOW)
    with pytest.raises(InvalidValue, match="say which"):
        check_action(replace(_NEW, subject_id=""), _NOW)


@pytest.mark.parametrize(
    "more",
    [
        {"subject_id": "x" * 501},
        {"content_id": " "},
        {"acted_at": _NOW.replace(tzinfo=None)},
        {"acted_at": _NOW + timedelta(days=2)},
    ],
)
def test_what_cannot_be_kept_is_refused(more) -> None:
    with pytest.raises(InvalidValue):
        check_action(replace(_NEW, **more), _NOW)


def test_whom_it_is_about_is_not_in_its_repr() -> None:
    assert "account 7" not in repr(_NEW)
