"""`POST /api/v1/lookup`: signals without their media, one or many thousand."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from safelight.flow.chain import match_signals
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.asked import require_something
from safelight.matching.live_banks import Question
from safelight.matching.match import Found, decide_verdict
from safelight.matching.snapshot import Snapshot
from safelight.roles import Actor, Permission
from safelight.web.answer import answer_json, read_model
from safelight.web.api.near_misses import explain_each, tell_missed
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.looking_up import find_live, note_lookups
from safelight.web.schemas import body_of
from safelight.web.scope import banks_in_scope
from safelight.web.signal_words import count_distances, read_signal, tell_match

MOST_SIGNALS = 20_000
_MOST_BYTES = 4 << 20
_FEW = 32
"""So many signals are looked up in memory within a millisecond, without a thread."""


class AskedSignal(BaseModel):
    """One signal of a look-up."""

    model_config = ConfigDict(extra="forbid", strict=True)
    type: Annotated[str, Field(max_length=20, json_schema_extra={"enum": [each.value for each in SignalType]})]
    value: Annotated[str, Field(max_length=64, json_schema_extra={"pattern": "^[0-9a-fA-F]{32,64}$"})]


class Lookup(BaseModel):
    """A look-up: signals, and perhaps the banks to look in."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"example": {"signals": [{"type": "md5", "value": "d41d8cd98f00b204e9800998ecf8427e"}]}},
    )
    signals: Annotated[list[AskedSignal], Field(min_length=1, max_length=MOST_SIGNALS)]
    banks: Annotated[list[Annotated[str, Field(max_length=100)]], Field(min_length=1, max_length=64)] | None = None
    near_misses: bool = False


_LOOKUP = TypeAdapter(Lookup)

TOLD = Told(summary="Match signals that come without their media.", body=body_of(Lookup))


def add_lookup(door: Door, host: Host) -> None:
    """Add the route."""

    @door.route("POST", "/lookup", Permission.SIGNAL_LOOKUP, TOLD)
    async def lookup_signals(request: Request, actor: Actor) -> Response:
        asked = await read_model(request, _LOOKUP, _MOST_BYTES)
        signals = [read_signal(each.type, each.value) for each in asked.signals]
        names = banks_in_scope(actor, asked.banks)
        if asked.near_misses:
            return answer_json(await host.ask(lambda: look_up_near(host, actor, signals, names)))
        found, against = await _find(host, actor, signals, Question(bank_names=names))
        results = [tell_found(signal, each, actor) for signal, each in zip(signals, found, strict=True)]
        return answer_json({"results": results, "against": against})


def look_up_near(host: Host, actor: Actor, signals: Sequence[Signal], names: frozenset[str] | None) -> dict[str, Any]:
    """Return the answer that tells near misses besides. Raises as `explain_each` does."""
    explained, snapshot = explain_each(host, actor, signals, names)
    count_found(host, actor, signals, [each.found for each in explained])
    results = [
        {**tell_found(signal, each.found, actor), **tell_missed(each, snapshot, actor)}
        for signal, each in zip(signals, explained, strict=True)
    ]
    return {"results": results, "against": snapshot.stamp}


async def _find(host: Host, actor: Actor, signals: Sequence[Signal], question: Question) -> tuple[list[Found], str]:
    """Match from memory where that is quick, else in a thread. Return what was found, and what it was held against."""
    banks = host.service.banks

    def find(snapshot: Snapshot) -> tuple[list[Found], str]:
        found = match_signals(require_something(snapshot), signals)
        count_found(host, actor, signals, found)
        return found, snapshot.stamp

    if len(signals) <= _FEW:
        return await find_live(banks, question, find, host.ask)
    return await host.ask(lambda: find(banks.snapshot(question)))


def tell_found(signal: Signal, found: Found, actor: Actor) -> dict[str, Any]:
    """Return what an answer tells of one signal."""
    return {
        "type": signal.type.value,
        "verdict": decide_verdict([signal], found.matches).value,
        "compared": found.compared[signal.type],
        "matches": [tell_match(match, actor.permissions) for match in found.matches],
        "matches_omitted": found.omitted,
    }


def count_found(host: Host, actor: Actor, signals: Sequence[Signal], found: Sequence[Found]) -> None:
    """Count look-ups, and the distances that they tell."""
    gate = host.service.gate
    looked_up = [(signal, bool(each.matches)) for signal, each in zip(signals, found, strict=True)]
    note_lookups(gate, host.figures, actor, looked_up)
    gate.note_distances(actor, sum(count_distances(each.matches, actor.permissions) for each in found))
