"""Questions about evidence: what there is, until when it is kept, and who did what with it."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from safelight.audit import log
from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, NotFound
from safelight.vault.listing import EvidenceState
from safelight.vault.queries import (
    custody,
    evidence_target,
    find_evidence,
    find_kept,
    kept_totals,
    list_evidence,
    list_kept,
    living_among,
)
from safelight.vault.store.tables import holds, occurrences, spools


@pytest.fixture
def add(engine, clock):
    """Add rows of evidence, sealed so many days after the clock, with holds that end so many days after it."""

    def add_rows(letter: str, *, sealed: int = 0, until: tuple[int | None, ...] = (), destroyed: bool = False) -> str:
        now, evidence_id = clock.now(), letter * 32
        row = {"id": evidence_id, "size_bytes": 7, "sealed_at": now + timedelta(days=sealed)}
        with write(engine) as tx:
            tx.execute(insert(occurrences).values(row | {"destroyed_at": now if destroyed else None}))
            for end in until:
                hold = {
                    "evidence_id": evidence_id,
                    "kind": "operator",
                    "reason": "test",
                    "legal_basis": "",
                    "reference": "",
                    "from_at": now,
                    "until_at": None if end is None else now + timedelta(days=end),
                    "added_at": now,
                    "added_by_kind": "person",
                    "added_by_name": "tester",
                }
                tx.execute(insert(holds).values(hold))
        return evidence_id

    return add_rows


def _ids(engine, **asked) -> str:
    with read(engine) as tx:
        return "".join(facts.id[0] for facts in list_evidence(tx, **asked))


def test_evidence_is_found_with_the_end_of_its_longest_hold(engine, clock, add) -> None:
    with read(engine) as tx:
        found = find_evidence(tx, add("a", until=(3, 30, 4)))
    assert (found.size_bytes, found.holds, found.is_open_ended) == (7, 3, False)
    assert found.kept_until == clock.now() + timedelta(days=30)


def test_a_hold_without_an_end_keeps_evidence_longer_than_any(engine, add) -> None:
    with read(engine) as tx:
        found = find_evidence(tx, add("a", until=(30, None)))
    assert found.is_open_ended
    assert found.kept_until is None


def test_a_released_hold_keeps_nothing(engine, clock, add) -> None:
    evidence_id = add("a", until=(30,))
    with write(engine) as tx:
        tx.execute(update(holds).values(released_at=clock.now()))
        found = find_evidence(tx, evidence_id)
    assert (found.holds, found.kept_until, found.is_open_ended) == (0, None, False)


def test_evidence_that_never_was_is_not_found(engine) -> None:
    with read(engine) as tx, pytest.raises(NotFound, match="safelight evidence list"):
        find_evidence(tx, "f" * 32)


def test_evidence_is_listed_by_time_page_by_page(engine, add) -> None:
    for letter, sealed in {"c": 1, "a": 2, "b": 2, "d": 0}.items():
        add(letter, sealed=sealed)
    assert _ids(engine) == "dcab"
    assert _ids(engine, limit=2) == "dc"
    assert _ids(engine, limit=2, after_id="c" * 32) == "ab"
    assert _ids(engine, after_id="b" * 32) == ""


def test_evidence_is_listed_by_what_became_of_it(engine, add) -> None:
    add("a")
    add("b", destroyed=True)
    assert _ids(engine, state=EvidenceState.LIVING) == "a"
    assert _ids(engine, state=EvidenceState.DESTROYED) == "b"
    assert _ids(engine) == "ab"


def test_what_ends_soon_is_listed_by_its_longest_hold(engine, clock, add) -> None:
    add("a", until=(1, 2))
    add("b", until=(1, 20))
    add("c", until=(1, None))
    add("d")
    add("e", until=(-1,))
    add("f", until=(1,), destroyed=True)
    assert _ids(engine, ending_before=clock.now() + timedelta(days=14)) == "ae"


def test_a_page_of_no_sense_is_refused(engine, add) -> None:
    for limit in (0, -1, 1001):
        with pytest.raises(InvalidValue, match="A page has"):
            _ids(engine, limit=limit)
    with pytest.raises(NotFound):
        _ids(engine, after_id="f" * 32)


def test_custody_is_every_entry_about_the_evidence_and_no_other(engine, clock, actor) -> None:
    with write(engine) as tx:
        for number in range(1001):
            log.write(tx, clock=clock, actor=actor, verb=f"act_{number}", target=evidence_target("a" * 32))
        log.write(tx, clock=clock, actor=actor, verb="other", target=evidence_target("a" * 31 + "b"))
    with read(engine) as tx:
        assert [entry.verb for entry in custody(tx, "a" * 32)] == [f"act_{number}" for number in range(1001)]


def test_living_evidence_is_picked_from_among_ids_in_their_order(engine, add) -> None:
    ids = [add("c"), add("a", destroyed=True), "f" * 32, add("b")]
    with read(engine) as tx:
        assert living_among(tx, ids) == [ids[0], ids[3]]
        assert living_among(tx, []) == []


def _keep(engine, clock, letter: str, *, minutes: int, held_for: str | None = None) -> str:
    at = clock.now() + timedelta(minutes=minutes)
    row = {"id": letter * 32, "size_bytes": 7, "key_id": "k", "wrapped_key": b"w", "manifest": b"m", "kept_at": at}
    row |= {"held_at": at if held_for else None, "held_for": held_for}
    with write(engine) as tx:
        tx.execute(insert(spools).values(row))
    return letter * 32


def test_what_waits_and_what_is_held_is_listed_the_oldest_first_page_by_page(engine, clock) -> None:
    for letter, minutes, held_for in (("b", 1, None), ("a", 2, "crashed"), ("d", 0, "timed_out"), ("c", 1, "crashed")):
        _keep(engine, clock, letter, minutes=minutes, held_for=held_for)
    asked = [
        ({}, "dbca"),
        ({"is_held": True}, "dca"),
        ({"is_held": False}, "b"),
        ({"held_for": "crashed"}, "ca"),
        ({"after_id": "b" * 32, "limit": 1}, "c"),
        ({"kept_before": clock.now() + timedelta(minutes=1)}, "d"),
    ]
    with read(engine) as tx:
        for options, letters in asked:
            assert "".join(facts.id[0] for facts in list_kept(tx, **options)) == letters, options
        assert kept_totals(tx) == (4, 28)
        assert find_kept(tx, "d" * 32).held_for == "timed_out"
        assert find_kept(tx, "b" * 32).held_for == ""


def test_a_page_of_the_spool_that_cannot_be_is_refused(engine) -> None:
    with read(engine) as tx:
        assert kept_totals(tx) == (0, 0)
        for limit in (0, 1001):
            with pytest.raises(InvalidValue, match="A page has"):
                list_kept(tx, limit=limit)
        with pytest.raises(NotFound, match="safelight spool list"):
            list_kept(tx, after_id="a" * 32)
