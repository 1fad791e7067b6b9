from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from safelight.banks.entry import Entry, EntryKey, NewEntry, Provenance, moment_text, staged_row
from safelight.errors import InvalidValue
from safelight.roles import Actor, ActorKind

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = EntryKey(source="ncmec", environment="test", issuer="7", entry_id="42")
PLAIN = NewEntry(signal_type="md5", value=bytes(16))
KEYED = NewEntry(signal_type="md5", value=bytes(16), key=KEY)


def _identity(entry: NewEntry) -> bytes:
    return staged_row(entry).identity


def test_without_a_key_type_and_value_identify_an_entry() -> None:
    assert _identity(PLAIN) == _identity(replace(PLAIN, label="A1", note="x", line=7))
    assert _identity(PLAIN) != _identity(replace(PLAIN, value=b"1" * 16))
    assert _identity(PLAIN) != _identity(replace(PLAIN, signal_type="sha1"))


def test_with_a_key_the_key_and_type_identify_an_entry_whatever_its_value() -> None:
    assert _identity(KEYED) == _identity(replace(KEYED, value=b"1" * 16))
    assert _identity(KEYED) != _identity(replace(KEYED, signal_type="sha1"))
    assert _identity(KEYED) != _identity(PLAIN)


@pytest.mark.parametrize("part", ["source", "environment", "issuer", "entry_id"])
def test_every_part_of_the_key_tells_entries_apart(part: str) -> None:
    assert _identity(KEYED) != _identity(replace(KEYED, key=replace(KEY, **{part: "other"})))


def test_parts_of_a_key_do_not_run_into_each_other() -> None:
    one = replace(KEY, issuer="12", entry_id="3")
    other = replace(KEY, issuer="1", entry_id="23")
    assert _identity(replace(KEYED, key=one)) != _identity(replace(KEYED, key=other))


@pytest.mark.parametrize(
    "fault",
    [
        {"value": b""},
        {"value": bytes((1 << 20) + 1)},
        {"label": "x" * 501},
        {"label": "a\0b"},
        {"label": "a\nb"},
        {"label_scheme": "\ud800"},
        {"note": "x" * 2001},
        {"note": "a\0"},
        {"key": replace(KEY, issuer="\x1f")},
        {"disabled_until": NOW.replace(tzinfo=None)},
        {"disabled_until": datetime(1969, 12, 31, tzinfo=UTC)},
        {"disabled_until": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))},
        {"disabled_until": datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=14)))},
    ],
)
def test_what_cannot_be_stored_is_refused(fault: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        staged_row(replace(PLAIN, **fault))


def test_notes_may_have_lines_and_labels_any_script() -> None:
    staged_row(replace(PLAIN, note="one\n\ttwo", label="Kategorie Ä 日本"))


def test_a_time_is_written_in_utc_and_always_to_the_microsecond() -> None:
    assert moment_text(NOW.astimezone(timezone(timedelta(hours=2)))) == "2026-11-23 12:00:00.000000"


def _entry(*, disabled: bool, until: datetime | None) -> Entry:
    actor = Actor(kind=ActorKind.SERVICE, name="x")
    return Entry(
        id=1,
        bank_id=1,
        signal_type="md5",
        value=bytes(16),
        label=None,
        label_scheme=None,
        key=None,
        note=None,
        provenance=Provenance(origin="x", format="csv", line=1, added_at=NOW, added_by=actor),
        disabled=disabled,
        disabled_until=until,
    )


def test_a_disabled_entry_comes_back_at_its_time_and_not_before() -> None:
    entry = _entry(disabled=True, until=NOW)
    assert entry.is_disabled(NOW - timedelta(microseconds=1))
    assert not entry.is_disabled(NOW)


def test_an_entry_disabled_for_good_stays_so() -> None:
    assert _entry(disabled=True, until=None).is_disabled(NOW + timedelta(days=10_000))
    assert not _entry(disabled=False, until=None).is_disabled(NOW)
