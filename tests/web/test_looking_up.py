"""Look-ups wait for a database only for an entry that was never found before, and then in a thread."""

import asyncio
import threading

import pytest

from safelight.errors import NotFound
from safelight.flow.chain import match_signal
from safelight.flow.gate import Gate
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.live_banks import EVERY_BANK, LiveBanks, Question
from safelight.roles import Actor, ActorKind
from safelight.web.figures import Figures
from safelight.web.looking_up import find_live, note_lookups

LISTED = Signal(type=SignalType.MD5, value=bytes(range(16)))
MISS = Signal(type=SignalType.MD5, value=bytes(16))


@pytest.fixture
def live(service) -> LiveBanks:
    return service.banks


def _find(live: LiveBanks, signal: Signal, question: Question = EVERY_BANK) -> tuple[int, str]:
    """Return how much was found, and in which thread."""

    def find(snapshot) -> tuple[int, str]:
        return len(match_signal(snapshot, signal).matches), threading.current_thread().name

    return asyncio.run(find_live(live, question, find, asyncio.to_thread))


def test_only_an_entry_that_was_never_found_before_is_asked_for_in_a_thread(live: LiveBanks) -> None:
    here = threading.current_thread().name
    assert _find(live, MISS) == (0, here)
    found, elsewhere = _find(live, LISTED)
    assert found == 1
    assert elsewhere != here
    assert _find(live, LISTED) == (1, here)


def test_a_bank_that_is_not_there_is_told_at_once(live: LiveBanks) -> None:
    with pytest.raises(NotFound):
        _find(live, MISS, Question(bank_names=frozenset({"gone"})))


def test_look_ups_are_counted_by_type_and_pdq_values_are_watched(house) -> None:
    noted: list[bytes] = []

    class Watched(Gate):
        def note_lookups(self, actor: Actor, values) -> None:
            noted.extend(values)

    figures, actor = Figures(), Actor(kind=ActorKind.SERVICE, name="client")
    pdq = Signal(type=SignalType.PDQ, value=bytes(32))
    gate = Watched.__new__(Watched)  # none of its threads is wanted
    note_lookups(gate, figures, actor, [(pdq, True), (LISTED, True), (MISS, False)])
    assert noted == [pdq.value]
    counts = {
        (s.labels["type"], s.labels["found"]): s.value
        for m in figures.lookups.collect()
        for s in m.samples
        if s.name.endswith("_total")
    }
    assert counts == {("pdq", "yes"): 1, ("md5", "yes"): 1, ("md5", "no"): 1}
