from collections.abc import Callable
from typing import Any

import pytest

from safelight.clock import SystemClock
from safelight.database.engine import Engine
from safelight.flow.banks import edits as banks
from safelight.hashing.signal import Signal, SignalType
from safelight.roles import Actor, ActorKind
from safelight.web.hma.answer import Refused
from safelight.web.hma.hits import Hit, find_hits, question_of
from safelight.web.hma.parts import HmaParts

pytestmark = pytest.mark.few_on_postgresql()
"""What is answered here is made of no SQL: PostgreSQL is left to the long run."""


SIGNAL = Signal(type=SignalType.PDQ, value=bytes(range(32)))
ANYBODY = Actor(kind=ActorKind.SERVICE, name="client")


def _hits(parts: HmaParts, *, digest: bytes = b"", **how: Any) -> list[Hit]:
    question = question_of(parts.banks, ANYBODY, None, **how)
    return find_hits(parts.banks.snapshot(question), [SIGNAL], digest, parts.installation)[1]


def _banks(parts: HmaParts, **how: Any) -> list[str]:
    return [hit.match.bank_name for hit in _hits(parts, **how)]


def test_hits_bear_the_numbers_that_adding_gave(parts: HmaParts, numbers: dict[str, int]) -> None:
    assert {hit.match.bank_name: hit.number for hit in _hits(parts)} == numbers


def test_a_bank_that_is_deleted_or_renamed_is_followed(
    parts: HmaParts, engine: Engine, actor: Actor, soon: Callable[[Callable[[], Any], Any], None]
) -> None:
    assert _banks(parts) == ["KNOWN", "OTHER"]
    banks.delete_bank(engine, SystemClock(), actor, bank="KNOWN")
    banks.rename_bank(engine, SystemClock(), actor, bank="OTHER", name="NEW")
    soon(lambda: _banks(parts), ["NEW"])


def test_a_question_names_banks_in_their_own_spelling(parts: HmaParts) -> None:
    assert question_of(parts.banks, ANYBODY, None).bank_names is None
    assert question_of(parts.banks, ANYBODY, ["known", "GONE"]).bank_names == {"KNOWN"}
    with pytest.raises(Refused):
        question_of(parts.banks, ANYBODY, ["GONE"])


def test_a_scoped_key_asks_its_own_banks(parts: HmaParts) -> None:
    scoped = Actor(kind=ActorKind.SERVICE, name="client", bank_names=frozenset({"other", "GONE"}))
    snapshot = parts.banks.snapshot(question_of(parts.banks, scoped, None))
    assert [snapshot.banks[bank_id].name for bank_id in snapshot.asked] == ["OTHER"]
    nothing = Actor(kind=ActorKind.SERVICE, name="client", bank_names=frozenset({"GONE"}))
    assert not parts.banks.snapshot(question_of(parts.banks, nothing, None)).asked
    with pytest.raises(Refused):
        question_of(parts.banks, scoped, ["KNOWN"])
