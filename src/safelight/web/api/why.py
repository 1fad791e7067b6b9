"""Why something matches or does not, with all that was near: for keys that may be told near misses, and on record."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from safelight.errors import InvalidValue, NotFound
from safelight.flow import why as flow
from safelight.flow.banks.explaining import EntryExplanation
from safelight.flow.disclosures import note_explained
from safelight.flow.scans.preserving import SpooledArrival
from safelight.flow.why import Told as Explained
from safelight.hashing.signal import NoSignal, Signal, SignalType
from safelight.matching.match import Match
from safelight.matching.snapshot import Snapshot
from safelight.roles import Actor, Permission, may_use_bank
from safelight.web.answer import answer_json
from safelight.web.api import bodies
from safelight.web.api.bodies import STRICT
from safelight.web.api.entry_words import tell_control, tell_fate
from safelight.web.api.hashing import BODY
from safelight.web.api.lookup import AskedSignal
from safelight.web.arriving import spool_body
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.paging import read_number
from safelight.web.schemas import body_of
from safelight.web.scope import banks_in_scope, banks_seen
from safelight.web.signal_words import count_distances, read_signal, tell_answer, tell_near_miss

_BANKS = Annotated[list[Annotated[str, Field(max_length=100)]], Field(min_length=1, max_length=64)]
_PARAMETERS: tuple[dict[str, Any], ...] = (
    {
        "name": "bank",
        "in": "query",
        "schema": {"type": "array", "items": {"type": "string", "maxLength": 100}, "maxItems": 64},
        "description": "A bank to match against; may come several times. Else every enabled one.",
    },
    {
        "name": "entry",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1},
        "description": "Explain this entry too, however far it is and whatever became of it.",
    },
)


_Explain = Callable[[Snapshot, frozenset[int] | None], Explained]


class WhySignal(BaseModel):
    """A signal to be explained, the banks to look in, and an entry to be explained besides."""

    model_config = ConfigDict(
        **STRICT,
        json_schema_extra={
            "example": {"signal": {"type": "md5", "value": "d41d8cd98f00b204e9800998ecf8427e"}, "entry": 4711}
        },
    )
    signal: AskedSignal
    banks: _BANKS | None = None
    entry: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None


def add_why(door: Door, host: Host) -> None:
    """Add the routes."""

    @door.route(
        "POST",
        "/why",
        Permission.MATCH_NEAR_MISS,
        Told(summary="Explain why a signal matches, or does not.", body=body_of(WhySignal)),
    )
    async def explain_signal(request: Request, actor: Actor) -> Response:
        asked = await bodies.read(request, WhySignal)
        signal, names = read_signal(asked.signal.type, asked.signal.value), banks_in_scope(actor, asked.banks)

        def explain(snapshot: Snapshot, seen: frozenset[int] | None) -> Explained:
            return flow.of_signal(snapshot, signal, seen=seen)

        asking = _Asking(host, actor, names, asked.entry)
        return answer_json(tell_why(await host.ask(lambda: asking.explained(explain)), actor))

    @door.route(
        "POST",
        "/why/media",
        Permission.MATCH_NEAR_MISS,
        Told(summary="Explain why media matches, or does not; it is not kept.", body=BODY, parameters=_PARAMETERS),
    )
    async def explain_media(request: Request, actor: Actor) -> Response:
        service, asking = host.service, _read_asking(host, request, actor)
        async with host.places.place():
            with await spool_body(request.stream(), service.spool, max_bytes=host.max_bytes) as spooled:
                arrival, clock, hashers = SpooledArrival(content=spooled), service.house.clock, service.hashers

                def explain(snapshot: Snapshot, seen: frozenset[int] | None) -> Explained:
                    return flow.of_media(snapshot, arrival, clock=clock, hashers=hashers, seen=seen)

                told = await host.scan(lambda: asking.explained(explain))
        return answer_json(tell_why(told, actor))


class _Asking:
    """A question, and who asks it."""

    def __init__(self, host: Host, actor: Actor, names: frozenset[str] | None, entry_id: int | None) -> None:
        self._service, self._actor = host.service, actor
        self._names, self._entry_id = names, entry_id

    def explained(self, explain: _Explain) -> Explained:
        """Return the explanation, once it is on record that it is given, and noted who looked up what."""
        service, house, actor = self._service, self._service.house, self._actor
        snapshot = service.standing(self._names)
        seen = banks_seen(actor, snapshot.banks.values())
        told = explain(snapshot, seen)
        answers = told.explanation.answers
        values = [each.value for each in answers if isinstance(each, Signal) and each.type is SignalType.PDQ]
        service.gate.note_lookups(actor, values)
        if self._entry_id is not None:
            told = flow.with_entry(house.engine, house.clock, told, self._entry_id, seen=seen)
            _require_seen(told.entry, actor)
        note_explained(house.engine, house.clock, actor, entry_id=self._entry_id)
        service.gate.note_distances(actor, count_distances(_matches(told), actor.permissions))
        return told


def _read_asking(host: Host, request: Request, actor: Actor) -> _Asking:
    names, entry = request.query_params.getlist("bank"), request.query_params.get("entry")
    if len(names) > 64:
        raise InvalidValue("At most 64 banks can be named. Nothing was done.")
    number = None if entry is None else read_number(entry, "entry")
    return _Asking(host, actor, banks_in_scope(actor, names or None), number)


def _require_seen(entry: EntryExplanation | None, actor: Actor) -> None:
    if entry is not None and not may_use_bank(actor, entry.fate.bank_name):
        raise NotFound(f"None of the banks that {actor.name} may use ever held an entry {entry.entry.id}.")


def _matches(told: Explained) -> list[Match]:
    return [each.match for each in told.explanation.considered]


def tell_why(told: Explained, actor: Actor) -> dict[str, Any]:
    """Return what an answer tells. No value is in it: neither a listed one nor the one asked, which may be the same."""
    explanation = told.explanation
    return {
        "verdict": told.verdict.value,
        "is_searched": told.is_searched,
        "signals": [_without_value(answer) for answer in explanation.answers],
        "searched": [{"bank": name, "bank_version": version} for name, version in explanation.searched.items()],
        "left_out": [{"bank": name, "control": control.value} for name, control in explanation.left_out.items()],
        "compared": {kind.value: count for kind, count in explanation.found.compared.items()},
        "considered": [
            tell_near_miss(each, told.exception(each.match.entry_id), actor.permissions)
            for each in explanation.considered
        ],
        "considered_omitted": explanation.considered_omitted,
        "matches_omitted": explanation.found.omitted,
        "entry": None if told.entry is None else _tell_entry(told.entry, actor),
    }


def _without_value(answer: Signal | NoSignal) -> dict[str, Any]:
    return {name: told for name, told in tell_answer(answer).items() if name != "value"}


def _tell_entry(told: EntryExplanation, actor: Actor) -> dict[str, Any]:
    entry = told.entry
    answer: dict[str, Any] = {
        "entry": entry.id,
        "type": entry.signal_type,
        "label": entry.label,
        "label_scheme": entry.label_scheme,
        "is_match": told.is_match,
        "is_comparable": told.is_comparable,
        "control": told.control.value if told.control else None,
        "suppressed_by": told.suppressed_by,
        "is_switched_off": told.is_switched_off,
        "disabled_until": entry.disabled_until,
        **tell_fate(told.fate),
        "set_here": tell_control(told.exception),
    }
    if Permission.MATCH_DISTANCE in actor.permissions:
        answer |= {
            "distance": told.distance,
            "threshold": told.threshold,
            "threshold_source": told.threshold_source.value if told.threshold_source else None,
            "orientation": told.orientation or None,
            "frame": told.frame,
        }
    return answer
