"""The words for entries, distances and controls."""

from datetime import UTC, datetime

import pytest

from safelight.banks.control import EntryControl, Opinion
from safelight.cli.why_words import bits_words, control_words, exception_words, label_words, origin_words
from safelight.matching.judgement import Control
from safelight.matching.snapshot import ThresholdSource
from safelight.roles import Actor, ActorKind

NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
PERSON = Actor(kind=ActorKind.PERSON, name="reviewer")


@pytest.mark.parametrize("control", list(Control))
def test_every_control_has_words(control: Control) -> None:
    assert control_words(control)


def test_an_allow_list_names_its_entry() -> None:
    assert control_words(Control.ALLOW_LIST, 7) == "an allow-list suppresses it: entry 7 of it is at least as near"


@pytest.mark.parametrize("source", list(ThresholdSource))
def test_every_threshold_says_who_set_it(source: ThresholdSource) -> None:
    assert bits_words(5, 31, source, "original", None).startswith("pdq 5 bits away, 31 allowed (")


def test_a_turned_frame_is_told_and_an_unknown_threshold_is_not() -> None:
    assert bits_words(5, None, None, "rotate90", 3) == "pdq 5 bits away, seen rotate90, frame 3"


def test_an_origin_tells_file_line_person_and_time() -> None:
    assert origin_words("list.csv", 4, "ann", NOW) == "from list.csv, line 4; taken in by ann on 2026-03-04 05:06 UTC"


def test_what_a_list_says_is_joined_and_obeyed_by_no_terminal() -> None:
    assert label_words("A1", "scheme", "programme", "k1", "a\x1b[2Jnote") == (
        "label A1 (scheme), programme key k1, note a\\x1b[2Jnote"
    )
    assert label_words("", "", "", "", "") == ""


def test_opinion_quarantine_and_release_are_told() -> None:
    plain = EntryControl(entry_id=1, bank_id=1)
    assert exception_words(None) == exception_words(plain) == []
    held = EntryControl(
        entry_id=1,
        bank_id=1,
        opinion=Opinion.CONFIRMED,
        opinion_by=PERSON,
        opinion_at=NOW,
        opinion_reason="seen",
        quarantined_at=NOW,
        quarantine_reason="matched 5 media",
    )
    assert exception_words(held) == [
        "confirmed: reviewer found it to be right on 2026-03-04 05:06 UTC: seen",
        "in quarantine since 2026-03-04 05:06 UTC: matched 5 media",
    ]
    released = EntryControl(entry_id=1, bank_id=1, released_at=NOW)
    assert exception_words(released) == ["released from quarantine on 2026-03-04 05:06 UTC"]
