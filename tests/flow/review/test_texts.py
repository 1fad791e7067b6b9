"""Drafts are one's own, sealed, kept for their time; keys that seal them can be exchanged."""

from datetime import timedelta

import pytest

from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, NotAllowed, NotFound
from safelight.flow.keys.rotation import Rotation, counts_by_key
from safelight.flow.review.claiming import claim_next
from safelight.flow.review.deciding import decide
from safelight.flow.review.texts import read_draft, read_reasons, save_draft
from safelight.review import steps
from safelight.review.decision import Finding
from safelight.review.store.tables import texts
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind


def _rows(room):
    with read(room.engine) as tx:
        return tx.execute(texts.select()).all()


def test_the_last_draft_of_each_is_kept_and_nobody_reads_anothers(room, ann, bob) -> None:
    case = room.case()
    assert read_draft(room.desk(ann), case) == ""
    for text in ("one", "two"):
        assert not save_draft(room.desk(ann), case, text)  # nobody has claimed it
    save_draft(room.desk(bob), case, "bob's")
    assert [read_draft(room.desk(reader), case) for reader in (ann, bob)] == ["two", "bob's"]
    assert len(_rows(room)) == 2
    assert not any(b"two" in row.sealed for row in _rows(room))


def test_a_draft_ends_with_its_decision_and_the_others_stay(room, ann, bob, make) -> None:
    case = room.case()
    for reader in (ann, bob):
        save_draft(room.desk(reader), case, reader.name)
    claim_next(room.desk(ann))
    decide(room.desk(ann), case, make.ruling(Finding.CONFIRMED))
    assert [read_draft(room.desk(reader), case) for reader in (ann, bob)] == ["", "bob"]


def test_what_cannot_be_saved_is_refused(room, ann) -> None:
    case = room.case()
    key = Actor(kind=ActorKind.SERVICE, name="ann", permissions=EVERY_PERMISSION)
    for desk, number, text, error in (
        (room.desk(ann), case, "x" * 20_001, InvalidValue),
        (room.desk(ann), 99, "x", NotFound),
        (room.desk(key), case, "x", NotAllowed),
        (room.desk(room.person("amy", "auditor")), case, "x", NotAllowed),
    ):
        with pytest.raises(error):
            save_draft(desk, number, text)
    assert _rows(room) == []


def test_old_drafts_are_erased_and_reasons_stay(room, ann, make) -> None:
    case = room.case()
    decide(room.desk(ann), case, make.ruling(Finding.CONFIRMED))
    save_draft(room.desk(ann), case, "old")
    with write(room.engine) as tx:
        assert steps.erase_drafts(tx, room.clock, room.operator, before=room.clock.now()) == 0
        later = room.clock.now() + timedelta(seconds=1)
        assert steps.erase_drafts(tx, room.clock, room.operator, before=later) == 1
    assert [row.purpose for row in _rows(room)] == ["reasons"]


def test_what_was_written_about_a_case_goes_with_what_it_was_about(room, ann, make) -> None:
    case = room.case()
    done = decide(room.desk(ann), case, make.ruling())
    with write(room.engine) as tx:
        later = room.clock.now() + timedelta(seconds=1)
        assert steps.erase_closed_cases(tx, room.clock, room.operator, before=later) == 1
    assert _rows(room) == []
    (decision,) = room.seen(ann, case)
    assert (decision.finding, decision.by_name, decision.reasons_id) == (Finding.NOT_A_MATCH, "", None)
    with pytest.raises(NotFound, match="was erased"):
        read_reasons(room.desk(ann), done.decision_id)


def test_texts_are_wrapped_anew_when_keys_are_rotated(room, ann) -> None:
    case = room.case()
    save_draft(room.desk(ann), case, "kept")
    old = room.keys.describe().active_key_id
    new = room.keys.rotate()
    Rotation(engine=room.engine, keys=room.keys, clock=room.clock, actor=room.operator).run()
    with read(room.engine) as tx:
        assert counts_by_key(tx) == {new: 1}
    room.keys.retire(old)
    assert read_draft(room.desk(ann), case) == "kept"
