"""Whoever changes access takes a turn first, and a difference is told by what came and went."""

import pytest

from safelight.access.queries import read_mark
from safelight.access.steps.record import begin, differences, take_turn
from safelight.database.transaction import read, write
from safelight.errors import NotAllowed
from safelight.roles import Actor, ActorKind


def test_a_turn_sets_another_mark_and_a_refusal_does_not(engine, actor) -> None:
    marks = []
    for act in (take_turn, lambda tx: begin(tx, actor)):
        with write(engine) as tx:
            act(tx)
        with read(engine) as tx:
            marks.append(read_mark(tx))
    assert len(set(marks)) == 2
    with pytest.raises(NotAllowed, match="access:write"), write(engine) as tx:
        begin(tx, Actor(kind=ActorKind.PERSON, name="nobody"))
    with read(engine) as tx:
        assert read_mark(tx) == marks[-1]


def test_differences_are_told_one_by_one() -> None:
    assert differences(["a", "b"], ["b", "d", "c"]) == {"c": "added", "d": "added", "a": "taken away"}
    assert differences("ab", "ba") == {}
