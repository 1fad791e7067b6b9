"""Single entries: added by their signals or from media, shown, changed, released, removed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from safelight.banks import queries
from safelight.banks.batch import Counts
from safelight.banks.control import EntryControl, Opinion
from safelight.banks.entry import NewEntry
from safelight.banks.standing import EntryStanding, find_standing
from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotFound
from safelight.flow.banks import controls, edits
from safelight.flow.banks.changes import EntryChange, SetTo, change_entry
from safelight.flow.banks.contents import Switch
from safelight.flow.banks.from_media import entries_of
from safelight.flow.chain import ScanResult
from safelight.flow.disclosures import note_values_shown
from safelight.flow.scans.preserving import SpooledArrival
from safelight.hashing.signal import NoSignal
from safelight.roles import Actor, Permission, may_use_bank, require_bank, require_permission
from safelight.web.answer import answer_json, tell_faults
from safelight.web.api import bodies
from safelight.web.api.banks import BANK
from safelight.web.api.bodies import REASON, STRICT, GivenWhy, Reason, read_reason
from safelight.web.api.entry_words import entry_tag, tell_control, tell_standing
from safelight.web.api.etags import IF_MATCH, check_of
from safelight.web.api.hashing import BODY
from safelight.web.arriving import spool_body
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.paging import PARAMETERS, read_number, read_page
from safelight.web.schemas import body_of
from safelight.web.signal_words import read_signal

MOST_ENTRIES = 1000
_MOST_BYTES = 4 << 20
_ENTRY_HEADER = "safelight-entry"
_ENTRY: dict[str, Any] = {"name": "entry", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}

_Text = Annotated[str, Field(max_length=500)]


class EntryWords(BaseModel):
    """What is said of an entry."""

    model_config = STRICT
    label: _Text | None = None
    label_scheme: _Text | None = None
    note: Annotated[str, Field(max_length=2000)] | None = None


class GivenEntry(EntryWords):
    """An entry to be added, by its signal."""

    type: Annotated[str, Field(max_length=20)]
    value: Annotated[str, Field(max_length=64)]

    def as_entry(self) -> NewEntry:
        """Return the entry. Raises `InvalidValue`, without repeating the value."""
        signal = read_signal(self.type, self.value)
        return NewEntry(
            signal_type=signal.type.value,
            value=signal.value,
            label=self.label or None,
            label_scheme=self.label_scheme or None,
            note=self.note or None,
        )


class NewEntries(BaseModel):
    """Entries to be added."""

    model_config = ConfigDict(
        **STRICT,
        json_schema_extra={
            "example": {"entries": [{"type": "md5", "value": "d41d8cd98f00b204e9800998ecf8427e", "label": "A1"}]}
        },
    )
    entries: Annotated[list[GivenEntry], Field(min_length=1, max_length=MOST_ENTRIES)]
    reason: Reason = ""


class EntryPatch(BaseModel):
    """What an entry is to be. What is left out stays; null takes a threshold or an opinion back."""

    model_config = ConfigDict(
        **STRICT, json_schema_extra={"example": {"opinion": "deconfirmed", "reason": "it is a logo"}}
    )
    is_disabled: bool | None = None
    disabled_until: AwareDatetime | None = None
    threshold: int | None = None
    opinion: Opinion | None = None
    reason: Reason = ""

    def as_change(self) -> EntryChange:
        """Return the change. Raises `InvalidValue` for none, and for an end of what is not disabled."""
        given = self.model_fields_set - {"reason"}
        if not given or (self.is_disabled is None and not given & {"threshold", "opinion"}):
            raise InvalidValue("Nothing is to be changed: name at least one field. Nothing was done.")
        if self.disabled_until is not None and not self.is_disabled:
            raise InvalidValue("`disabled_until` goes with `is_disabled`: true. Nothing was done.")
        return EntryChange(
            switch=None if self.is_disabled is None else _switch(self.is_disabled, self.disabled_until),
            threshold=SetTo(value=self.threshold) if "threshold" in given else None,
            opinion=SetTo(value=self.opinion) if "opinion" in given else None,
        )


def _switch(is_disabled: bool, until: datetime | None) -> Switch:
    return Switch(is_on=not is_disabled, until=until)


def add_entries(door: Door, host: Host) -> None:
    """Add the routes."""
    _add_adding(door, host)
    _add_changing(door, host)
    _add_quarantine(door, host)


def _add_adding(door: Door, host: Host) -> None:
    @door.route(
        "POST",
        "/banks/{bank}/entries",
        Permission.BANK_WRITE,
        Told(summary="Add entries by their signals.", body=body_of(NewEntries), parameters=(BANK,)),
    )
    async def add_signals(request: Request, actor: Actor) -> Response:
        name = require_bank(actor, request.path_params["bank"])
        new = await bodies.read(request, NewEntries, _MOST_BYTES)
        entries = [each.as_entry() for each in new.entries]
        return answer_json(tell_counts(await host.ask(lambda: _add(host, actor, name, entries, new.reason))))

    @door.route(
        "POST",
        "/banks/{bank}/entries/media",
        Permission.BANK_WRITE,
        Told(summary="Add the signals of media as entries; the media is not kept.", body=BODY, parameters=(
            BANK, _WORDS, REASON,
        )),
    )  # fmt: skip
    async def add_media(request: Request, actor: Actor) -> Response:
        name = require_bank(actor, request.path_params["bank"])
        require_permission(actor, Permission.MEDIA_HASH)
        words, reason = _read_words(request), read_reason(request)
        service = host.service
        async with host.places.place():
            with await spool_body(request.stream(), service.spool, max_bytes=host.max_bytes) as spooled:
                result = await host.scan(lambda: service.hash(SpooledArrival(content=spooled)))
        entries = _sound(result, words)
        counts = await host.ask(lambda: _add(host, actor, name, entries, reason))
        return answer_json({**tell_counts(counts), "types": sorted({each.signal_type for each in entries})})


def _add_changing(door: Door, host: Host) -> None:
    engine, clock = host.service.house.engine, host.service.house.clock

    @door.route(
        "GET",
        "/entries/{entry}",
        Permission.BANK_READ,
        Told(summary="Show an entry, whatever became of it; its value only to who may see it.", parameters=(_ENTRY,)),
    )
    async def show_entry(request: Request, actor: Actor) -> Response:
        number = read_number(request.path_params["entry"], "entry")
        return _answer(host, actor, await host.ask(lambda: _show(host, actor, number)), may_show=True)

    @door.route(
        "PATCH",
        "/entries/{entry}",
        Permission.BANK_WRITE,
        Told(summary="Change what is set for an entry.", body=body_of(EntryPatch), parameters=(_ENTRY, IF_MATCH)),
    )
    async def patch_entry(request: Request, actor: Actor) -> Response:
        number, patch = read_number(request.path_params["entry"], "entry"), await bodies.read(request, EntryPatch)
        change, check = patch.as_change(), check_of(request, entry_tag)

        def act() -> EntryStanding:
            _find(host, actor, number)
            return change_entry(engine, clock, actor, entry_id=number, change=change, check=check, reason=patch.reason)

        return _answer(host, actor, await host.ask(act))

    @door.route(
        "DELETE",
        "/entries/{entry}",
        Permission.BANK_WRITE,
        Told(summary="Take an entry out of its bank; no list brings it back.", parameters=(_ENTRY, REASON)),
    )
    async def remove_entry(request: Request, actor: Actor) -> Response:
        number, reason = read_number(request.path_params["entry"], "entry"), read_reason(request)

        def act() -> EntryStanding:
            _find(host, actor, number)
            edits.remove_entry(engine, clock, actor, entry_id=number, reason=reason)
            return _find(host, actor, number)

        return _answer(host, actor, await host.ask(act))


def _add_quarantine(door: Door, host: Host) -> None:
    engine, clock = host.service.house.engine, host.service.house.clock

    @door.route(
        "GET",
        "/quarantine",
        Permission.BANK_READ,
        Told(summary="List the entries in quarantine, the longest there first.", parameters=PARAMETERS),
    )
    async def list_quarantined(request: Request, actor: Actor) -> Response:
        page = read_page(request)

        def ask() -> tuple[list[EntryControl], Mapping[int, str]]:
            with read(engine) as tx:
                names = {bank.id: bank.name for bank in queries.list_banks(tx) if may_use_bank(actor, bank.name)}
                return [each for each in queries.quarantined_entries(tx) if each.bank_id in names], names

        found, names = await host.ask(ask)

        def tell(control: EntryControl) -> dict[str, Any]:
            return {"entry": control.entry_id, "bank": names[control.bank_id], **tell_control(control)}

        return answer_json(page.cut(found, lambda control: control.entry_id, tell))

    @door.route(
        "POST",
        "/entries/{entry}/release",
        Permission.BANK_WRITE,
        Told(summary="Release an entry from quarantine.", body=body_of(GivenWhy), parameters=(_ENTRY,)),
    )
    async def release_entry(request: Request, actor: Actor) -> Response:
        number, why = read_number(request.path_params["entry"], "entry"), await bodies.read(request, GivenWhy)

        def act() -> EntryStanding:
            _find(host, actor, number)
            controls.release_entry(engine, clock, actor, entry_id=number, reason=why.reason)
            return _find(host, actor, number)

        return _answer(host, actor, await host.ask(act))


_WORDS: dict[str, Any] = {
    "name": "Safelight-Entry",
    "in": "header",
    "schema": {"type": "string"},
    "description": "`label`, `label_scheme` and `note` of the entries, as JSON (ASCII, escaped).",
}


def _read_words(request: Request) -> EntryWords:
    try:
        return TypeAdapter(EntryWords).validate_json(request.headers.get(_ENTRY_HEADER, "{}"))
    except ValidationError as error:
        raise InvalidValue(tell_faults(error)) from None


def _sound(result: ScanResult, words: EntryWords) -> list[NewEntry]:
    """Return the entries of media. Raises `InvalidValue` where none may be made of it."""
    entries = entries_of(result, note=words.note or None, label=words.label, label_scheme=words.label_scheme)
    if not entries:
        reasons = {answer.reason.value for answer in result.answers if isinstance(answer, NoSignal)}
        why = ", ".join(sorted(reasons)) or "it is empty"
        raise InvalidValue(f"The media was not seen wholly, so that no entry is made of it: {why}. Nothing was added.")
    return entries


def _add(host: Host, actor: Actor, bank: str, entries: Sequence[NewEntry], reason: str) -> Counts:
    house = host.service.house
    return edits.add_entries(house.engine, house.clock, actor, bank=bank, entries=entries, reason=reason)


def tell_counts(counts: Counts) -> dict[str, int]:
    """Return what an answer tells of entries that came into a bank."""
    return {
        "added": counts.added,
        "replaced": counts.replaced,
        "already_there": counts.already_there,
        "duplicates": counts.duplicates,
        "withdrawn_here": counts.withdrawn_here,
    }


def _find(host: Host, actor: Actor, entry_id: int) -> EntryStanding:
    """Return how an entry stands. Raises `NotFound`, also for one of a bank that the key is not for."""
    with read(host.service.house.engine) as tx:
        standing = find_standing(tx, entry_id)
    if not may_use_bank(actor, standing.fate.bank_name):
        raise NotFound(f"None of the banks that {actor.name} may use ever held an entry {entry_id}.")
    return standing


def _show(host: Host, actor: Actor, entry_id: int) -> EntryStanding:
    standing, house = _find(host, actor, entry_id), host.service.house
    if Permission.ENTRY_VALUE in actor.permissions:
        note_values_shown(house.engine, house.clock, actor, bank_id=standing.fate.bank_id, count=1)
    return standing


def _answer(host: Host, actor: Actor, standing: EntryStanding, *, may_show: bool = False) -> Response:
    shows_value = may_show and Permission.ENTRY_VALUE in actor.permissions
    told = tell_standing(standing, host.service.house.clock.now(), shows_value=shows_value)
    return answer_json(told, headers={"ETag": entry_tag(standing)})
