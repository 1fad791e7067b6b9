"""Media that a client sends or names by its address, and its signals."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.requests import Request

from safelight.errors import UsageError
from safelight.flow.chain import ScanResult, scan
from safelight.flow.scans.preserving import SpooledArrival
from safelight.hashing.formats import HEAD_BYTES, identify
from safelight.hashing.signal import NoSignal, Reason, Signal
from safelight.intake.content import ContentLost
from safelight.intake.sources.interface import Arrival, Obstacle, Unopenable
from safelight.web.arriving import require_room, spool_body
from safelight.web.hma.answer import Refused
from safelight.web.hma.form import MultipartForm
from safelight.web.hma.host import Host
from safelight.web.hma.kinds import PHOTO, TYPES, VIDEO, require_kind, wanted_types

_VIDEO_STARTS = (b"\x1a\x45\xdf\xa3", b"FLV\x01", b"OggS", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3", b"\x47\x40")
_PICTURE_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HashedMedia:
    """What was hashed, the names of the types that were wanted of it, and the other fields of its form."""

    result: ScanResult
    names: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)

    def answers(self, name: str) -> list[Signal | NoSignal]:
        """Return the answers of the type of a name: of an animation there are several."""
        return [answer for answer in self.result.answers if answer.type is TYPES[name]]

    def signals(self) -> dict[str, Signal]:
        """Return one signal of each type that has one: of an animation that of its first frame.

        A picture that is too plain or too small has none: that is no fault, and the type is left out.
        """
        found: dict[str, Signal] = {}
        for name in self.names:
            for answer in self.answers(name):
                if isinstance(answer, Signal):
                    found.setdefault(name, answer)
        return found

    def require_seen(self) -> None:
        """Raise `Refused` where the media was not seen, or not wholly: no signal of it may pass for "nothing known"."""
        for answer in self.result.answers:
            if isinstance(answer, NoSignal) and answer.reason.is_fault:
                status = 413 if answer.reason is Reason.TOO_LARGE else 400
                raise Refused(status, f"The media could not be hashed: {answer.detail}. It was not compared.")


@asynccontextmanager
async def hashed_media(host: Host, request: Request) -> AsyncIterator[HashedMedia]:
    """Give the media of a request, hashed: from the address that its query names, else from its form.

    Its bytes lie sealed in the spool for the length of the block, and then nowhere. Raises `Refused`, and what spooling
    and hashing raise.
    """
    async with host.parts.place():
        url = request.query_params.get("url", "")
        if url:
            yield await _hash_address(host, request, url)
            return
        require_room(request, host.parts.max_bytes)
        form = MultipartForm(request.headers.get("content-type", ""), request.stream())
        kind = require_kind(await form.next_file())
        names = wanted_types(kind, request.query_params.get("types"))
        with await spool_body(form.chunks(), host.parts.spool, max_bytes=host.parts.max_bytes) as spooled:
            await form.finish()
            arrival = SpooledArrival(content=spooled)
            result = await host.scan(lambda: hash_arrival(host, arrival, lambda _: names)[0])
            yield HashedMedia(result=result, names=names, fields=form.fields)


async def _hash_address(host: Host, request: Request, url: str) -> HashedMedia:
    fetch = host.parts.fetch
    if fetch is None:
        raise Refused(
            403, "This service fetches nothing by address. Send the media itself, or have its operator allow hosts."
        )
    told, types = request.query_params.get("content_type", ""), request.query_params.get("types")
    if told:
        require_kind(told)

    def choose(head: bytes) -> tuple[str, ...]:
        return wanted_types(told or guess_kind(head), types)

    def work() -> tuple[ScanResult, tuple[str, ...]]:
        return hash_arrival(host, _fetched(fetch, url), choose)

    result, names = await host.scan(work)
    return HashedMedia(result=result, names=names)


def _fetched(fetch: Callable[[str], Arrival], url: str) -> Arrival:
    try:
        return fetch(url)
    except UsageError as error:
        raise Refused(403 if error.code == "not_allowed" else 400, str(error)) from error


def hash_arrival(
    host: Host, arrival: Arrival, choose: Callable[[bytes], tuple[str, ...]]
) -> tuple[ScanResult, tuple[str, ...]]:
    """Hash what arrived by the types that `choose` names when it is shown the first bytes. It is opened once.

    Raises `Refused` where its bytes cannot be had.
    """
    try:
        with arrival.open() as content:
            names = choose(content.read(0, HEAD_BYTES))
            wanted = {TYPES[name] for name in names}
            hashers = [hasher for hasher in host.parts.hashers if wanted & set(hasher.signal_types)]
            opened = SpooledArrival(content=content, name=arrival.name, origin=arrival.origin)
            return scan(opened, clock=host.parts.clock, hashers=hashers, take_snapshot=lambda: None), names
    except Unopenable as error:
        status = 413 if error.obstacle is Obstacle.TOO_LARGE else 400
        raise Refused(status, f"The media could not be had: {error}. Nothing was done.") from error
    except ContentLost as error:
        raise Refused(400, f"The media was lost while it was read: {error}. Nothing was done.") from error


def guess_kind(head: bytes) -> str:
    """Return the content type that the first bytes of media announce. Raises `Refused` where they do not.

    What a server calls its answer decides nothing: labels are often wrong, and sometimes missing.
    """
    if identify(head) is not None:
        return PHOTO
    if head[4:8] == b"ftyp":
        return PHOTO if head[8:12] in _PICTURE_BRANDS else VIDEO
    if head.startswith(_VIDEO_STARTS) or (head[:4] == b"RIFF" and head[8:12] == b"AVI "):
        return VIDEO
    raise Refused(400, "What the address holds is no picture or video that is known here. Say content_type if it is.")
