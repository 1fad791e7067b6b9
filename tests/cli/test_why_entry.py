"""One entry is told with everything that became of it, and whether it matches."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from safelight.banks.entry import Entry, EntryKey, Provenance
from safelight.banks.entry_fate import EntryFate
from safelight.cli.why_entry import entry_lines
from safelight.flow.banks.explaining import EntryExplanation
from safelight.matching.judgement import Control
from safelight.matching.snapshot import ThresholdSource
from safelight.roles import Actor, ActorKind

NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
MATCHING = EntryExplanation(
    entry=Entry(
        id=7,
        bank_id=1,
        signal_type="pdq",
        value=bytes(32),
        label="A1",
        label_scheme=None,
        key=EntryKey(source="programme", environment="", issuer="", entry_id="k"),
        note=None,
        provenance=Provenance(
            origin="list.csv",
            format="csv",
            line=3,
            added_at=NOW,
            added_by=Actor(kind=ActorKind.SYSTEM_USER, name="ann"),
        ),
        disabled=False,
        disabled_until=None,
    ),
    fate=EntryFate(
        entry_id=7,
        bank_id=1,
        bank_name="known",
        bank_deleted_at=None,
        withdrawn_at=None,
        replaced_at=None,
        replaced_by=None,
    ),
    exception=None,
    is_switched_off=False,
    is_comparable=True,
    distance=3,
    orientation="original",
    frame=None,
    threshold=31,
    threshold_source=ThresholdSource.BANK,
    control=None,
    suppressed_by=None,
)


def _text(told: EntryExplanation) -> str:
    return "\n".join(entry_lines(told))


def test_an_entry_that_matches_says_so_last() -> None:
    first, *_, last = entry_lines(MATCHING)
    assert first == "Entry 7 of known (pdq)"
    assert last == "  It matches."
    assert "label A1, programme key k" in _text(MATCHING)


@pytest.mark.parametrize(
    ("fate", "said"),
    [
        ({"bank_deleted_at": NOW}, "its bank was deleted on 2026-03-04"),
        ({"withdrawn_at": NOW}, "it was taken out of its bank on 2026-03-04"),
        ({"replaced_at": NOW, "replaced_by": 9}, "it was replaced by entry 9 on 2026-03-04"),
    ],
)
def test_what_became_of_it_is_why_it_does_not_match(fate: dict[str, Any], said: str) -> None:
    told = replace(MATCHING, fate=replace(MATCHING.fate, **fate))
    assert _text(told).count(said) == 2
    assert _text(told).endswith(f"It does not match: {said} 05:06 UTC.")


def test_an_entry_that_is_switched_off_says_for_how_long() -> None:
    told = replace(MATCHING, is_switched_off=True)
    assert _text(told).endswith("It does not match: it is switched off for good.")
    told = replace(told, entry=replace(MATCHING.entry, disabled_until=NOW))
    assert "switched off until 2026-03-04 05:06 UTC" in _text(told)


def test_a_control_is_why_it_does_not_match() -> None:
    told = replace(MATCHING, control=Control.ROLLOUT)
    assert _text(told).endswith("It does not match (rollout): its bank is not rolled out to this media.")


@pytest.mark.parametrize(
    ("change", "signal_type", "said"),
    [
        ({"distance": 0}, "md5", "the same md5"),
        ({"distance": None}, "md5", "another md5"),
        ({"distance": None, "is_comparable": False}, "pdq", "there is no pdq signal of the target"),
        ({"distance": None, "is_comparable": False}, "tmk", "Safelight does not compute tmk"),
    ],
)
def test_what_was_compared_is_told(change: dict[str, Any], signal_type: str, said: str) -> None:
    told = replace(MATCHING, entry=replace(MATCHING.entry, signal_type=signal_type), **change)
    assert said in _text(told)
    assert ("It matches." in _text(told)) == (told.distance == 0)
