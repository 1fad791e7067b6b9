"""`/m/…`: signals and media matched against the banks."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.hashing.signal import Signal
from safelight.matching.live_banks import Question
from safelight.matching.match import MatchKind
from safelight.matching.snapshot import Snapshot
from safelight.roles import Actor, Permission
from safelight.web.answer import answer_json
from safelight.web.hma.answer import Refused
from safelight.web.hma.asking import query_flag, query_names, require_query
from safelight.web.hma.door import Door
from safelight.web.hma.hits import Hit, find_hits, question_of
from safelight.web.hma.host import Host
from safelight.web.hma.kinds import read_signal
from safelight.web.hma.media import HashedMedia, hashed_media
from safelight.web.looking_up import find_live
from safelight.web.signal_words import count_distances

_Banks = dict[str, list[dict[str, Any]]]


def add_lookups(door: Door, host: Host) -> None:
    """Add the paths."""

    @door.on("GET", "/m/lookup", Permission.SIGNAL_LOOKUP)
    async def look_up(request: Request, actor: Actor) -> Response:
        if request.query_params.get("url"):
            return await _look_up_media(host, request, actor)
        signal, question = _signal(request), _question(host, request, actor)
        hits = await _find(host, actor, question, signal, _seed(request) or signal.value)
        _note_distances(host, actor, hits)
        return answer_json(_by_bank(hits, actor))

    @door.on("POST", "/m/lookup", Permission.SIGNAL_LOOKUP, Permission.MEDIA_HASH)
    async def look_up_media(request: Request, actor: Actor) -> Response:
        return await _look_up_media(host, request, actor)

    @door.on("GET", "/m/raw_lookup", Permission.SIGNAL_LOOKUP)
    async def look_up_raw(request: Request, actor: Actor) -> Response:
        signal = _signal(request)
        question = question_of(host.parts.banks, actor, query_names(request, "banks"), ignores_rollout=True)
        hits = await _find(host, actor, question, signal, signal.value)
        tells_distance = query_flag(request, "include_distance")
        _note_distances(host, actor, hits if tells_distance else ())
        return answer_json({"matches": [_hit(hit, actor) if tells_distance else hit.number for hit in hits]})


def _signal(request: Request) -> Signal:
    text, name = require_query(request, "signal"), require_query(request, "signal_type")
    return read_signal(name, text)


def _question(host: Host, request: Request, actor: Actor) -> Question:
    ignores = query_flag(request, "bypass_coinflip")
    return question_of(host.parts.banks, actor, query_names(request, "banks"), ignores_rollout=ignores)


def _seed(request: Request) -> bytes:
    """Return what decides on roll-outs in the place of the signal or media itself."""
    return request.query_params.get("seed", "").encode()


async def _find(host: Host, actor: Actor, question: Question, signal: Signal, digest: bytes) -> Sequence[Hit]:
    """Return what matches a signal, and take note that it was looked up."""
    parts = host.parts

    def find(snapshot: Snapshot) -> list[Hit]:
        return find_hits(snapshot, [signal], digest, parts.installation)[1]

    hits = await find_live(parts.banks, question, find, host.ask)
    parts.looked_up(actor, [(signal, bool(hits))])
    return hits


async def _look_up_media(host: Host, request: Request, actor: Actor) -> Response:
    """Match media by each type of its signals. It is counted for the flood guard; nothing of it is kept."""
    if Permission.MEDIA_HASH not in actor.permissions:
        raise Refused(403, f"To look up media takes the permission {Permission.MEDIA_HASH.value} besides.")
    question, seed = _question(host, request, actor), _seed(request)
    # HMA leaves the outer level away where an address comes with the name of one type.
    only = request.query_params.get("signal_type") if request.method != "POST" else None
    async with hashed_media(host, request) as media:
        if only is not None and only not in media.names:
            raise Refused(400, f"This media has no signals of that type. It has {', '.join(media.names)}.")
        names = media.names if only is None else (only,)
        hits = {name: await _match(host, question, media, name, seed) for name in names}
    told = {name: _by_bank(each, actor) for name, each in hits.items()}
    _note_distances(host, actor, [hit for each in hits.values() for hit in each])
    host.parts.looked_up(actor, [(signal, bool(told.get(name))) for name, signal in media.signals().items()])
    if not any(told.values()):
        media.require_seen()  # what was not wholly seen may be anything; what matched, matched
    return answer_json(told if only is None else told[only])


async def _match(host: Host, question: Question, media: HashedMedia, name: str, seed: bytes) -> Sequence[Hit]:
    """Match media by one type and count it, so that an entry which suddenly matches everything is noticed."""
    answers, result = media.answers(name), media.result
    digest = seed or (result.media.digests.sha256 if result.media else b"")
    parts = host.parts
    found, hits = await host.ask(lambda: find_hits(parts.banks.snapshot(question), answers, digest, parts.installation))
    matches = tuple(hit.match for hit in hits)
    parts.count(replace(result, matches=matches, withheld=found.withheld, compared=found.compared))
    return hits


def _note_distances(host: Host, actor: Actor, hits: Sequence[Hit]) -> None:
    host.parts.told_distances(actor, count_distances((hit.match for hit in hits), actor.permissions))


def _by_bank(hits: Sequence[Hit], actor: Actor) -> _Banks:
    """Return hits by bank, nearest first. Nothing else stands at the top: clients take every name there for a bank."""
    told: _Banks = {}
    for hit in hits:
        told.setdefault(hit.match.bank_name, []).append(_hit(hit, actor))
    return told


def _hit(hit: Hit, actor: Actor) -> dict[str, Any]:
    """Return a hit. Its distance is a text, and the threshold for who may not know it: no more than that is certain."""
    match = hit.match
    knows = match.kind is MatchKind.EXACT or Permission.MATCH_DISTANCE in actor.permissions
    return {"bank_content_id": hit.number, "distance": str(match.distance if knows else match.threshold)}
