"""What its field takes goes there; what it does not take is told as text, and nothing is lost."""

from datetime import datetime, timedelta

from safelight.reporting.destinations.ncmec.fitting import Fitting, distinct, sendable, spelled
from safelight.reporting.form.plain_kinds import Moment, Number
from safelight.reporting.form.text_kinds import IpText, Text, unwritable


def test_what_its_field_takes_is_given_and_nothing_is_said(now: datetime) -> None:
    fitting = Fitting(now=now)
    assert fitting.fit(IpText(), "192.0.2.7", "The address") == "192.0.2.7"
    assert fitting.fit(Number(1, 9), 9, "The number") == 9
    assert fitting.fit(Text(), "", "The name") is None
    assert fitting.fit(Text(), None, "The name") is None
    assert fitting.sentences == []


def test_what_it_does_not_take_is_told_in_full(now: datetime) -> None:
    fitting = Fitting(now=now)
    assert fitting.fit(IpText(), "192.0.2.7:80", "The address") is None
    assert fitting.fit(Text(3), "a\x00b!", "The name") is None
    assert fitting.fit(Moment(), now + timedelta(days=1), "The time") is None
    assert fitting.fit(Moment(), now.replace(tzinfo=None), "The time") is None
    assert fitting.fit(Moment(), datetime.max.replace(tzinfo=now.tzinfo), "The time") is None
    assert fitting.sentences == [
        "The address, which its field cannot hold: 192.0.2.7:80",
        "The name, which its field cannot hold: a\\u0000b!",
        "The time, which its field cannot hold: 2026-11-24T12:30:15.000Z",
        "The time, which its field cannot hold: 2026-11-23T12:30:15",
        "The time, which its field cannot hold: 9999-12-31T23:59:59.999999+00:00",
    ]


def test_characters_that_xml_cannot_hold_are_written_as_numbers() -> None:
    assert sendable("plain ü\n") == "plain ü\n"
    assert sendable("\ud800 \x1f \ufffe") == "\\ud800 \\u001f \\ufffe"
    assert unwritable(sendable("".join(map(chr, range(0x11_0000))))) is None


def test_order_is_kept_and_moments_are_spelled_in_utc(now: datetime) -> None:
    assert distinct([2, 1, 2, 3, 1]) == [2, 1, 3]
    assert spelled(now) == "2026-11-23T12:30:15.000Z"
