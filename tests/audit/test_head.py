from datetime import UTC, datetime, timedelta, timezone

import pytest

from safelight.audit.head import Head, log_origin, parse_head
from safelight.errors import InvalidValue

_HEAD = Head(origin=log_origin("0" * 32), size=12, root=bytes(32), at=datetime(2026, 11, 23, 12, 30, 15, 7, tzinfo=UTC))
_TEXT = f"safelight/{'0' * 32}\n12\n{'A' * 43}=\ntime 2026-11-23T12:30:15.000007Z\n"


def test_a_head_is_written_as_a_checkpoint_and_read_again() -> None:
    assert _HEAD.text() == _TEXT
    assert parse_head(_TEXT) == _HEAD


def test_its_time_is_told_in_utc() -> None:
    there = _HEAD.at.astimezone(timezone(timedelta(hours=5)))
    assert Head(origin=_HEAD.origin, size=12, root=bytes(32), at=there).text() == _TEXT


@pytest.mark.parametrize(
    "text",
    [
        "",
        _TEXT[:-1],
        _TEXT + "\n",
        _TEXT + "x",
        _TEXT.replace("\n12\n", "\n012\n"),
        _TEXT.replace("\n12\n", "\n-\n"),
        _TEXT.replace("A=", "B="),
        _TEXT.replace("time", "Time"),
        _TEXT.replace(".000007", ""),
    ],
)
def test_what_is_not_written_in_the_one_way_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_head(text)
