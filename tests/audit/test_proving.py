import json
from collections.abc import Callable

import pytest

from safelight.audit import heading, log
from safelight.audit.head import parse_head
from safelight.audit.note import open_note, parse_key
from safelight.audit.proving import is_covered, prove_entries, prove_entry, prove_growth
from safelight.audit.tree_proof import proves_growth, proves_inclusion
from safelight.audit.verifier import leaf_of
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import NotFound, UsageError
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys


def _holds(proof: dict) -> bool:
    """Whether a proof leads from what it tells to a head that its key signed."""
    proof = json.loads(json.dumps(proof))
    head = parse_head(open_note(proof["head"], tuple(parse_key(vkey) for vkey in proof["vkeys"])))
    path = [bytes.fromhex(each) for each in proof["path"]]
    return proves_inclusion(leaf_of(proof), proof["leaf"], head.size, path, head.root)


def test_every_entry_about_a_target_is_proved(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, grow: Callable, sign: Callable
) -> None:
    numbers = grow(10)
    note = sign()
    grow(3)
    sign()
    with read(engine) as tx:
        proofs = prove_entries(tx, keys, clock, target="thing:1")
    assert [proof["entry"] for proof in proofs[:3]] == numbers[1::3]
    assert len(proofs) == 4
    assert all(_holds(proof) for proof in proofs)
    assert not _holds(proofs[0] | {"target": "thing:2"})
    assert not _holds(proofs[0] | {"path": proofs[1]["path"]})
    assert proofs[0]["head"] != note


def test_an_entry_that_is_later_than_the_last_head_is_told_without_a_path(
    *, engine: Engine, clock: FixedClock, actor: Actor, keys: MemoryKeys, grow: Callable, sign: Callable
) -> None:
    grow(2)
    sign()
    grow(2)
    with write(engine) as tx:
        waiting = log.write(tx, clock=clock, actor=actor, verb="do", target="thing:1")
    with read(engine) as tx:
        covered, numbered, waits = prove_entries(tx, keys, clock, target="thing:1")
        assert (is_covered(tx, covered["entry"]), is_covered(tx, waiting)) == (True, False)
        with pytest.raises(UsageError, match="audit head"):
            prove_entry(tx, keys, clock, entry_id=waiting)
    assert _holds(covered)
    for later in (numbered, waits):
        assert (later["leaf"], later["path"]) == (None, None)


def test_about_what_nobody_wrote_there_is_nothing_to_prove(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, grow: Callable, sign: Callable
) -> None:
    grow(2)
    sign()
    with read(engine) as tx:
        assert prove_entries(tx, keys, clock, target="nothing:1") == []


def test_nothing_is_proved_without_a_head_nor_of_what_is_not_there(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, grow: Callable, sign: Callable
) -> None:
    grow(2)
    with read(engine) as tx, pytest.raises(UsageError, match="audit head"):
        prove_entries(tx, keys, clock, target="thing:1")
    sign()
    with read(engine) as tx:
        assert _holds(prove_entry(tx, keys, clock, entry_id=2))
        for ask in (lambda: prove_entry(tx, keys, clock, entry_id=99), lambda: is_covered(tx, 99)):
            with pytest.raises(NotFound, match="no audit entry 99"):
                ask()


def test_a_log_is_proved_to_begin_with_what_an_older_head_was_signed_over(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, grow: Callable, sign: Callable
) -> None:
    grow(5)
    old = parse_head(heading.head_text(sign()))
    grow(8)
    new = parse_head(heading.head_text(sign()))
    with read(engine) as tx:
        proof = prove_growth(tx, keys, clock, old=old)
    path = [bytes.fromhex(each) for each in proof["path"]]
    assert proof["from_size"] == 5
    assert proves_growth(5, new.size, old.root, new.root, path)
    assert not proves_growth(5, new.size, bytes(32), new.root, path)


def test_a_log_that_is_smaller_than_the_older_head_or_another_is_refused(
    engine: Engine, clock: FixedClock, keys: MemoryKeys, grow: Callable, sign: Callable
) -> None:
    grow(5)
    old = parse_head(heading.head_text(sign()))
    refused = [{"size": 6}, {"size": 0}, {"origin": "safelight/other"}]
    for change in refused:
        fields = {name: getattr(old, name) for name in ("origin", "size", "root", "at")} | change
        with read(engine) as tx, pytest.raises(UsageError):
            prove_growth(tx, keys, clock, old=type(old)(**fields))
