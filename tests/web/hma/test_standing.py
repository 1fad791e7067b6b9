from collections.abc import Callable
from typing import Any

import pytest

from safelight.clock import SystemClock
from safelight.database.engine import Engine
from safelight.flow.banks import edits as banks
from safelight.hashing.signal import Signal, SignalType
from safelight.roles import Actor, ActorKind
from safelight.web.hma.answer import Refused
from safelight.web.hma.parts import HmaParts
from safelight.web.hma.standing import EntriesNeeded, Standing

SIGNAL = Signal(type=SignalType.PDQ, value=bytes(range(32)))
MISS = Signal(type=SignalType.PDQ, value=bytes([0xF0] * 32))
ANYBODY = Actor(kind=ActorKind.SERVICE, name="client")


def _banks(standing: Standing, signal: Signal = SIGNAL, **how: Any) -> list[str]:
    question = standing.question(ANYBODY, None)
    return [hit.match.bank_name for hit in standing.find(question, [signal], signal.value, **how)[1]]


def test_a_miss_never_waits_and_a_match_waits_the_first_time_alone(parts: HmaParts) -> None:
    standing = Standing(parts)
    assert _banks(standing, MISS, waits=False) == []
    with pytest.raises(EntriesNeeded):
        _banks(standing, waits=False)
    assert _banks(standing) == ["KNOWN", "OTHER"]
    assert _banks(standing, waits=False) == ["KNOWN", "OTHER"]


def test_hits_bear_the_numbers_that_adding_gave(parts: HmaParts, numbers: dict[str, int]) -> None:
    standing = Standing(parts)
    _, hits = standing.find(standing.question(ANYBODY, None), [SIGNAL], b"")
    assert {hit.match.bank_name: hit.number for hit in hits} == numbers


def test_a_bank_that_is_deleted_or_renamed_is_followed(
    parts: HmaParts, engine: Engine, actor: Actor, soon: Callable[[Callable[[], Any], Any], None]
) -> None:
    standing = Standing(parts)
    assert _banks(standing) == ["KNOWN", "OTHER"]
    banks.delete_bank(engine, SystemClock(), actor, bank="KNOWN")
    banks.rename_bank(engine, SystemClock(), actor, bank="OTHER", name="NEW")
    soon(lambda: _banks(standing), ["NEW"])


def test_a_question_names_banks_in_their_own_spelling(parts: HmaParts) -> None:
    standing = Standing(parts)
    assert standing.question(ANYBODY, None).bank_names is None
    assert standing.question(ANYBODY, ["known", "GONE"]).bank_names == {"KNOWN"}
    with pytest.raises(Refused):
        standing.question(ANYBODY, ["GONE"])


def test_a_scoped_key_asks_its_own_banks(parts: HmaParts) -> None:
    standing = Standing(parts)
    scoped = Actor(kind=ActorKind.SERVICE, name="client", bank_names=frozenset({"other", "GONE"}))
    assert standing.question(scoped, None).bank_names == {"OTHER"}
    nothing = Actor(kind=ActorKind.SERVICE, name="client", bank_names=frozenset({"GONE"}))
    question = standing.question(nothing, None)
    assert standing.find(question, [SIGNAL], b"")[1] == []
