"""Marks say how an entry stands, and nothing of one that stands as its list says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from safelight.banks.control import EntryControl, Opinion
from safelight.banks.entry import Entry, Provenance
from safelight.banks.entry_fate import EntryFate
from safelight.roles import Actor, ActorKind
from safelight.web.console.pages.entry_marks import marks_of

NOW = datetime(2026, 11, 29, tzinfo=UTC)
CAME = Provenance(
    origin="list.csv", format="csv", line=1, added_at=NOW, added_by=Actor(kind=ActorKind.PERSON, name="Ada")
)
ENTRY = Entry(
    id=1, bank_id=1, signal_type="md5", value=b"v", label=None, label_scheme=None, key=None, note=None,
    provenance=CAME, disabled=False, disabled_until=None,
)  # fmt: skip
FATE = EntryFate(
    entry_id=1, bank_id=1, bank_name="b", bank_deleted_at=None, withdrawn_at=None, replaced_at=None, replaced_by=None
)


def test_an_entry_that_nothing_happened_to_has_no_mark() -> None:
    assert marks_of(ENTRY, None, NOW) == ()
    assert marks_of(ENTRY, EntryControl(entry_id=1, bank_id=1), NOW, FATE) == ()


def test_what_was_set_and_what_became_of_it_are_marks() -> None:
    control = EntryControl(entry_id=1, bank_id=1, threshold=3, quarantined_at=NOW, opinion=Opinion.DECONFIRMED)
    off = replace(ENTRY, disabled=True, disabled_until=NOW + timedelta(days=1))
    gone = replace(FATE, withdrawn_at=NOW, replaced_at=NOW, bank_deleted_at=NOW)
    assert marks_of(off, control, NOW, gone) == (
        "bank_deleted", "withdrawn", "replaced", "disabled", "quarantined", "own_threshold", "deconfirmed",
    )  # fmt: skip
    assert marks_of(off, None, NOW + timedelta(days=2)) == ()
