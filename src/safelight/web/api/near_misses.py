"""Look-ups that tell near misses too: what was near and is no match, and why. For few signals, and on record."""

from collections.abc import Sequence
from typing import Any

from safelight.errors import InvalidValue
from safelight.flow.chain import explain_answers
from safelight.flow.disclosures import note_near_misses
from safelight.hashing.signal import Signal
from safelight.matching.asked import require_something
from safelight.matching.explanation import Considered, Explanation
from safelight.matching.live_banks import Question
from safelight.matching.snapshot import Snapshot
from safelight.roles import Actor, Permission, require_permission
from safelight.web.host import Host
from safelight.web.scope import banks_seen
from safelight.web.signal_words import count_distances, tell_near_miss

MOST_SIGNALS = 100


def explain_each(
    host: Host, actor: Actor, signals: Sequence[Signal], names: frozenset[str] | None
) -> tuple[list[Explanation], Snapshot]:
    """Explain each signal, once it is on record that somebody is told. It asks the database: call it in a thread.

    Raises `NotAllowed` without `match:near_miss`, `InvalidValue` for more than 100 signals.
    """
    require_permission(actor, Permission.MATCH_NEAR_MISS)
    if len(signals) > MOST_SIGNALS:
        raise InvalidValue(f"Near misses are told of {MOST_SIGNALS} signals at a time. Nothing was done.")
    house, gate = host.service.house, host.service.gate
    snapshot = require_something(host.service.banks.snapshot(Question(bank_names=names)))
    seen = banks_seen(actor, snapshot.banks.values())
    explained = [explain_answers(snapshot, [signal], signal.value, seen=seen) for signal in signals]
    note_near_misses(house.engine, house.clock, actor, signals=len(signals))
    missed = sum(count_distances((near.match for near in missed_by(each)), actor.permissions) for each in explained)
    gate.note_distances(actor, missed)
    return explained, snapshot


def missed_by(explanation: Explanation) -> list[Considered]:
    """Return what was near and is no match."""
    return [each for each in explanation.considered if each.control is not None]


def tell_missed(explanation: Explanation, snapshot: Snapshot, actor: Actor) -> dict[str, Any]:
    """Return what an answer tells of near misses, beside the matches."""
    return {
        "near_misses": [
            tell_near_miss(each, snapshot.controls.get(each.match.entry_id), actor.permissions)
            for each in missed_by(explanation)
        ],
        "near_misses_omitted": explanation.considered_omitted,
    }
