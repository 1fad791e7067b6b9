"""Whole hash lists: taken in as they come, and written out as a bank is at one moment. Both are on record."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from safelight.app import open_list_reader, open_list_writer
from safelight.banks.exchanges.interface import ListHead, ListReader, ListWriter
from safelight.banks.fields import Given, read_columns
from safelight.banks.list_format import ListFormat
from safelight.banks.value import OpaqueText
from safelight.errors import InvalidValue
from safelight.flow.banks import hash_lists
from safelight.flow.banks.hash_lists import ImportOptions, ImportSummary
from safelight.intake.spooled import Spooled
from safelight.roles import Actor, Permission, require_bank
from safelight.web.answer import answer_json, tell_faults
from safelight.web.api.banks import BANK
from safelight.web.api.bodies import REASON, read_reason
from safelight.web.api.entries import tell_counts
from safelight.web.arriving import read_body_as_file
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.schemas import query_of

_PIECE_BYTES = 1 << 20
_MOST_BYTES = 1 << 50
_TYPES = {ListFormat.CSV: "text/csv", ListFormat.JSON_LINES: "application/jsonl"}
_WRITTEN = (ListFormat.CSV, ListFormat.JSON_LINES, ListFormat.DUMP)

_Text = Annotated[str, Field(max_length=500)]


class ImportQuery(BaseModel):
    """What whoever sends a list knows of it. The options are those of `safelight bank import`."""

    model_config = ConfigDict(extra="forbid")
    format: ListFormat
    name: Annotated[str, Field(max_length=200, description="What its entries say they come from.")] = "api"
    type: _Text | None = None
    keep_unknown: OpaqueText | None = None
    label: _Text | None = None
    label_scheme: _Text | None = None
    source: _Text | None = None
    environment: _Text | None = None
    issuer: _Text | None = None
    column: Annotated[list[_Text], Field(max_length=20, description="FIELD=COLUMN; may come several times.")] = []
    header: bool = True
    expect: Annotated[int, Field(ge=0, description="Refuse a list of fewer entries.")] | None = None
    unfinished_line: bool = False
    other_kind: bool = False

    def reader(self) -> ListReader:
        """Return what reads the list. Raises `InvalidValue`."""
        given = Given(
            signal_type=self.type,
            opaque=self.keep_unknown,
            label=self.label,
            label_scheme=self.label_scheme,
            source=self.source,
            environment=self.environment,
            issuer=self.issuer,
        )
        return open_list_reader(self.format, given, columns=read_columns(self.column), has_header=self.header)

    def options(self) -> ImportOptions:
        """Return how it is taken in."""
        return ImportOptions(
            expected=self.expect, accepts_unfinished_line=self.unfinished_line, accepts_other_kind=self.other_kind
        )


_IMPORTED: dict[str, Any] = {
    "required": True,
    "description": "The list, as it is.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
_QUERY = query_of(ImportQuery)
_FORMAT: dict[str, Any] = {
    "name": "format",
    "in": "query",
    "schema": {"type": "string", "enum": [each.value for each in _WRITTEN], "default": ListFormat.CSV.value},
    "description": "What the list is written as.",
}


def add_lists(door: Door, host: Host) -> None:
    """Add the routes."""
    house, most_bytes = host.service.house, host.service.house.settings.import_max_mib << 20

    @door.route(
        "POST",
        "/banks/{bank}/import",
        Permission.BANK_WRITE,
        Told(summary="Take a list in, wholly or not at all.", body=_IMPORTED, parameters=(BANK, *_QUERY)),
    )
    async def import_list(request: Request, actor: Actor) -> Response:
        bank, asked = require_bank(actor, request.path_params["bank"]), _read_query(request)
        reader, options = asked.reader(), asked.options()
        file = read_body_as_file(request.stream(), max_bytes=most_bytes)

        def take_in() -> ImportSummary:
            who = (house.engine, house.clock, actor)
            return hash_lists.import_list(*who, bank=bank, file=file, name=asked.name, reader=reader, options=options)

        async with host.lists.place():
            return answer_json(_tell_summary(await host.move(take_in), reader))

    @door.route(
        "GET",
        "/banks/{bank}/export",
        Permission.BANK_EXPORT,
        Told(
            summary="Write a bank's entries as a list, with their values.",
            parameters=(BANK, _FORMAT, REASON),
        ),
    )
    async def export_bank(request: Request, actor: Actor) -> Response:
        bank, list_format = require_bank(actor, request.path_params["bank"]), _read_format(request)
        return Exported(host, actor, bank=bank, list_format=list_format, reason=read_reason(request))


class Exported(Response):
    """A list that is written into the sealed spool first, then sent: no database waits for whoever takes it.

    So what goes wrong is told as a problem, and a list that was cut off is shorter than its `Content-Length` says.
    """

    def __init__(self, host: Host, actor: Actor, *, bank: str, list_format: ListFormat, reason: str) -> None:
        self._host, self._actor = host, actor
        self._bank, self._reason = bank, reason
        self._writer: ListWriter = open_list_writer(list_format)
        super().__init__(media_type=_TYPES.get(list_format, "application/octet-stream"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write the list and send it, in one of the places for lists."""
        async with self._host.lists.place():
            with await self._host.move(self._write) as spooled:
                about = {"content-length": str(spooled.size_bytes), "content-disposition": "attachment"}
                sent = StreamingResponse(self._pieces(spooled), headers=about, media_type=self.media_type)
                await sent(scope, receive, send)

    def _write(self) -> Spooled:
        house = self._host.service.house
        pieces = hash_lists.export_pieces(
            house.engine, house.clock, self._actor, bank=self._bank, writer=self._writer, reason=self._reason
        )
        return self._host.service.spool.receive(pieces, max_bytes=_MOST_BYTES)

    async def _pieces(self, spooled: Spooled) -> AsyncIterator[bytes]:
        for offset in range(0, spooled.size_bytes, _PIECE_BYTES):
            yield await self._host.ask(partial(spooled.read, offset, _PIECE_BYTES))


def _read_query(request: Request) -> ImportQuery:
    query: dict[str, Any] = dict(request.query_params)
    if "column" in query:
        query["column"] = request.query_params.getlist("column")
    try:
        asked = ImportQuery.model_validate(query)
    except ValidationError as error:
        raise InvalidValue(tell_faults(error)) from None
    if not asked.name.isprintable() or not asked.name.strip():
        raise InvalidValue("The name of a list is printable text. Nothing was done.")
    return asked


def _read_format(request: Request) -> ListFormat:
    asked = request.query_params.get("format", ListFormat.CSV.value)
    if asked not in {each.value for each in _WRITTEN}:
        raise InvalidValue(f"A bank is written as one of {', '.join(_WRITTEN)}. Nothing was done.")
    return ListFormat(asked)


def _tell_summary(summary: ImportSummary, reader: ListReader) -> dict[str, Any]:
    return {
        "read": summary.lines,
        "unit": reader.unit.value,
        **tell_counts(summary.counts),
        "written_from": None if summary.head is None else _tell_head(summary.head),
    }


def _tell_head(head: ListHead) -> dict[str, Any]:
    """Return what a dump says of its bank; none of it is applied."""
    return {
        "bank": head.bank,
        "is_allow_list": head.is_allow_list,
        "written_at": head.written_at,
        "thresholds": dict(head.thresholds),
    }
