"""`POST /api/v1/flags`: complaints of users and moderators, with or without the media that they are about."""

import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from safelight.errors import InvalidValue, NothingToMatch
from safelight.flow.chain import ScanResult
from safelight.flow.review.flagging import Flagged, flag
from safelight.flow.scans.flagged_media import FlaggedMedia, flag_media
from safelight.flow.scans.preserving import SpooledArrival
from safelight.intake.media import Media, Origin, Subject
from safelight.intake.spooled import Spooled
from safelight.matching.asked import ids_of_known
from safelight.review.flag import CameFrom, Category, NewFlag
from safelight.roles import Actor, Permission
from safelight.web.answer import answer_json, read_model, tell_faults
from safelight.web.api.bodies import Moment
from safelight.web.api.context import TellsSubject
from safelight.web.arriving import require_room, spool_body
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.parts import MEDIA, MultipartBody
from safelight.web.schemas import JSON, schema_of
from safelight.web.scope import banks_in_scope

FLAG = "flag"
_MOST_BYTES = 64 << 10
_Text = Annotated[str, Field(max_length=4000)]


class FlagBody(BaseModel):
    """A complaint: who complained, about what, where. What is not known is left out."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "example": {
                "category": "enticement",
                "came_from": "user",
                "subject": {"id": "account-4711"},
                "content_id": "chat-17",
                "complainant": "account-12",
                "place": "https://example.org/chat/17",
                "words": "asks for pictures",
            }
        },
    )
    category: Annotated[Category, Field(strict=False)] = Category.UNKNOWN
    came_from: Annotated[CameFrom, Field(strict=False)] = CameFrom.UNKNOWN
    subject: TellsSubject | None = None
    content_id: _Text = ""
    complainant: _Text = ""
    place: _Text = ""
    words: _Text = ""
    deadline_at: Moment | None = None

    def as_flag(self) -> NewFlag:
        """Return the complaint."""
        return NewFlag(
            came_from=self.came_from,
            category=self.category,
            content_id=self.content_id,
            complainant=self.complainant,
            place=self.place,
            words=self.words,
            deadline_at=self.deadline_at,
        )

    @property
    def subject_id(self) -> str:
        """The account that it is about; empty for nobody known."""
        return self.subject.id if self.subject is not None else ""


_FLAG = TypeAdapter(FlagBody)
_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        JSON: {"schema": schema_of(FlagBody)},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": [FLAG, MEDIA],
                "properties": {FLAG: schema_of(FlagBody), MEDIA: {"type": "string", "format": "binary"}},
            },
            "encoding": {FLAG: {"contentType": JSON}},
        },
    },
}
_TOLD = Told(summary="Take in a complaint, with or without media.", body=_BODY)


def add_flags(door: Door, host: Host) -> None:
    """Add the route."""

    @door.route("POST", "/flags", Permission.FLAG_WRITE, _TOLD)
    async def flag_content(request: Request, actor: Actor) -> Response:
        if request.headers.get("content-type", "").lower().startswith("multipart/"):
            async with host.places.place():
                return _answer(await _take_media(request, host, actor))
        told = await read_model(request, _FLAG, _MOST_BYTES)
        desk = host.service.house.review_desk(actor)
        return _answer(await host.ask(lambda: flag(desk, told.as_flag(), subject_id=told.subject_id)))


async def _take_media(request: Request, host: Host, actor: Actor) -> Flagged:
    require_room(request, host.max_bytes)
    body = MultipartBody(request.stream(), request.headers["content-type"])
    await body.find_media()
    with await spool_body(_media(body), host.service.spool, max_bytes=host.max_bytes) as spooled:
        told = _read(body.small.get(FLAG))
        return await host.scan(lambda: _flag_media(host, actor, told, spooled))


async def _media(body: MultipartBody) -> AsyncIterator[bytes]:
    async for chunk in body.media():
        yield chunk


def _read(text: bytes | None) -> FlagBody:
    if text is None:
        raise InvalidValue(f"The body has no part named {FLAG!r}. Nothing was done.")
    try:
        return _FLAG.validate_json(text)
    except ValidationError as error:
        raise InvalidValue(tell_faults(error)) from None


def _flag_media(host: Host, actor: Actor, told: FlagBody, spooled: Spooled) -> Flagged:
    house = host.service.house
    subject = Subject(id=told.subject_id) if told.subject_id else None
    origin = Origin(platform_content_id=told.content_id, location_url=told.place)
    media = Media(
        id=uuid.uuid4().hex,
        size_bytes=spooled.size_bytes,
        digests=spooled.digests,
        arrived_at=house.clock.now(),
        origin=origin,
    )
    flagged = FlaggedMedia(
        vault=house.vault,
        sealable=spooled,
        media=media,
        result=_scan(host, actor, SpooledArrival(content=spooled, origin=origin, subject=subject)),
        subject_id=told.subject_id,
    )
    return flag_media(house.review_desk(actor), told.as_flag(), flagged)


def _scan(host: Host, actor: Actor, arrival: SpooledArrival) -> ScanResult:
    """Match what came, where there is anything to match against; a complaint counts all the same."""
    names, service = banks_in_scope(actor, None), host.service
    bank_ids = None if names is None else ids_of_known(service.banks.holdings, names)
    try:
        return service.scan(arrival, bank_ids)
    except NothingToMatch:
        return service.hash(arrival)


def _answer(flagged: Flagged) -> Response:
    told: dict[str, Any] = {
        "case": flagged.case_id,
        "item": flagged.item_id,
        "is_new_case": flagged.is_new_case,
        "evidence": flagged.evidence_id,
    }
    return answer_json(told, 201)
