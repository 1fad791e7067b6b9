"""Look-ups, whichever door they come through: never waiting in the event loop, counted, and watched for probing."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from safelight.flow.gate import Gate
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.live_banks import EntriesNeeded, LiveBanks, Question
from safelight.matching.snapshot import Snapshot
from safelight.roles import Actor
from safelight.web.figures import Figures

_T = TypeVar("_T")


class Ask(Protocol):
    """Asks something that may wait for a database, in a thread."""

    def __call__(self, question: Callable[[], _T]) -> Awaitable[_T]:
        """Return its answer."""
        ...


async def find_live(live: LiveBanks, question: Question, find: Callable[[Snapshot], _T], ask: Ask) -> _T:
    """Return what `find` finds in the banks as they stand: from memory, which takes less than a millisecond.

    Only where an entry is found that is not remembered is the database asked, in a thread. Raises what taking the
    snapshot raises, and `find`.
    """
    try:
        return find(live.snapshot(question, waits=False))
    except EntriesNeeded:
        return await ask(lambda: find(live.snapshot(question)))


def note_lookups(gate: Gate, figures: Figures, actor: Actor, looked_up: Sequence[tuple[Signal, bool]]) -> None:
    """Take note of who looked up which signals, and count by type and whether they were found. No value is kept."""
    gate.note_lookups(actor, [signal.value for signal, _ in looked_up if signal.type is SignalType.PDQ])
    counts: dict[tuple[str, str], int] = {}
    for signal, was_found in looked_up:
        labels = (signal.type.value, "yes" if was_found else "no")
        counts[labels] = counts.get(labels, 0) + 1
    for labels, count in counts.items():
        figures.lookups.labels(*labels).inc(count)
