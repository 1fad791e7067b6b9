"""`/c/bank/NAME/content` and `/signal`: what a bank holds."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.banks import queries
from safelight.banks.bank import Bank
from safelight.banks.content import Content
from safelight.banks.entry import NewEntry
from safelight.database.transaction import read
from safelight.flow.banks import contents
from safelight.flow.banks.contents import Switch
from safelight.hashing.signal import Signal
from safelight.roles import Actor, Permission, require_permission
from safelight.web.answer import answer_json, read_body
from safelight.web.hma.answer import Refused
from safelight.web.hma.asking import MOST_BODY_BYTES, is_json, parse_object, query_flag, read_object
from safelight.web.hma.banks import tell_bank
from safelight.web.hma.door import Door
from safelight.web.hma.host import Host
from safelight.web.hma.kinds import check_text, name_of, read_signals, values_of
from safelight.web.hma.media import hashed_media

MOST_NOTE_LENGTH = 255
MOST_ID_LENGTH = 400
LONGEST_OFF = timedelta(days=5 * 366)
_ON, _OFF_FOR_GOOD = 1, 0


def add_contents(door: Door, host: Host) -> None:
    """Add the paths."""
    parts = host.parts

    @door.on("POST", "/c/bank/{bank}/signal", Permission.BANK_WRITE)
    async def add_signals(request: Request, actor: Actor) -> Response:
        bank = await host.find_bank(request, actor)
        return await _add(host, actor, bank, read_signals(await read_object(request)), {})

    @door.on("POST", "/c/bank/{bank}/content", Permission.BANK_WRITE, Permission.MEDIA_HASH)
    async def add_media(request: Request, actor: Actor) -> Response:
        bank = await host.find_bank(request, actor)
        async with hashed_media(host, request) as media:
            media.require_seen()
            told = {**request.query_params, **media.fields, **await _told_in_body(request)}
            signals = media.signals()
        if not signals:
            raise Refused(400, "The media is too plain or too small to have a signal. Nothing was added.")
        return await _add(host, actor, bank, signals, told)

    @door.on("GET", "/c/bank/{bank}/content/{number}", Permission.BANK_READ)
    async def show(request: Request, actor: Actor) -> Response:
        shows_signals = query_flag(request, "include_signals")
        if shows_signals:
            require_permission(actor, Permission.ENTRY_VALUE)
        bank, number = await host.find_bank(request, actor), _number(request)

        def ask() -> Content:
            with read(parts.engine) as tx:
                return queries.find_content(tx, bank.id, number)

        content = await host.ask(ask)
        told = {**_tell(content, bank, parts.clock.now()), **_if_set("metadata", _metadata(content))}
        told |= _if_set("note", content.note)
        return answer_json({**told, "signals": _values(content)} if shows_signals else told)

    @door.on("PUT", "/c/bank/{bank}/content/{number}", Permission.BANK_WRITE)
    async def change(request: Request, actor: Actor) -> Response:
        bank, number, asked = await host.find_bank(request, actor), _number(request), await read_object(request)
        now = parts.clock.now()
        switch = read_switch(asked["disable_until_ts"], now) if "disable_until_ts" in asked else None
        note = check_note(asked["note"]) if "note" in asked else None
        content = await host.ask(
            lambda: contents.change_content(
                parts.engine, parts.clock, actor, bank=bank.name, number=number, switch=switch, note=note
            )
        )
        more = {"note": content.note, "collab_metadata": {}, "user_metadata": _metadata(content)}
        return answer_json({**_tell(content, bank, now), **more})

    @door.on("DELETE", "/c/bank/{bank}/content/{number}", Permission.BANK_WRITE)
    async def delete(request: Request, actor: Actor) -> Response:
        bank, number = await host.find_bank(request, actor), _number(request)
        was_there = await host.ask(
            lambda: contents.remove_content(parts.engine, parts.clock, actor, bank=bank.name, number=number)
        )
        return answer_json({"deleted": int(was_there)})


async def _add(
    host: Host, actor: Actor, bank: Bank, signals: Mapping[str, Signal], told: Mapping[str, Any]
) -> Response:
    note, platform_id = check_note(told.get("note")), read_platform_id(told.get("metadata"))
    entries = [NewEntry(signal_type=each.type.value, value=each.value, note=note or None) for each in signals.values()]
    number = await host.ask(
        lambda: contents.add_content(
            host.parts.engine, host.parts.clock, actor, bank=bank.name, entries=entries, platform_id=platform_id
        )
    )
    return answer_json({"id": number, "signals": values_of(signals)})


async def _told_in_body(request: Request) -> Mapping[str, Any]:
    """Return the JSON object beside an address, if there is one."""
    if not (request.query_params.get("url") and is_json(request)):
        return {}
    body = await read_body(request, MOST_BODY_BYTES)
    return parse_object(body, "body") if body else {}


def _number(request: Request) -> int:
    text = request.path_params["number"]
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Refused(404, "The id of a content is a number. There is none of this id.")
    return int(text)


def check_note(note: Any) -> str:
    """Return a note, which may be left out. Raises `Refused` or InvalidValue."""
    if note is None:
        return ""
    if not isinstance(note, str):
        raise Refused(400, "A note is a text. Nothing was done.")
    return check_text(note, MOST_NOTE_LENGTH, "note")


def read_platform_id(metadata: Any) -> str:
    """Return the client's own id of a content, from its metadata. Raises `Refused` for metadata that is no object.

    Nothing else of metadata is kept, whatever it holds: addresses of media, for one, do not lie open in the database.
    """
    if metadata is None or metadata == "":
        return ""
    told = parse_object(metadata, "metadata") if isinstance(metadata, str) else metadata
    if not isinstance(told, dict):
        raise Refused(400, "metadata should be a json object. Nothing was done.")
    given = told.get("content_id")
    if given is None:
        return ""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise Refused(400, "The content_id of metadata is a text. Nothing was done.")
    return check_text(str(given), MOST_ID_LENGTH, "content_id")


def read_switch(until_ts: Any, now: datetime) -> Switch:
    """Return what `disable_until_ts` says: 1 on, 0 off for good, else off until that time. Raises `Refused`.

    A time that is past is on, for it was off until then.
    """
    if isinstance(until_ts, bool) or not isinstance(until_ts, int) or until_ts < 0:
        raise Refused(400, "disable_until_ts is a whole number: 1 on, 0 off for good, else seconds since 1970.")
    if until_ts == _OFF_FOR_GOOD:
        return Switch(is_on=False)
    if until_ts > (now + LONGEST_OFF).timestamp():
        raise Refused(400, "disable_until_ts is more than 5 years away. Use 0 for good. Nothing was done.")
    until = datetime.fromtimestamp(until_ts, UTC)
    return Switch(is_on=True) if until <= now else Switch(is_on=False, until=until)


def _until_ts(content: Content, now: datetime) -> int:
    if not content.is_disabled(now):
        return _ON
    ends = [entry.disabled_until for entry in content.entries]
    known = [end for end in ends if end is not None]
    return int(min(known).timestamp()) if known else _OFF_FOR_GOOD


def _tell(content: Content, bank: Bank, now: datetime) -> dict[str, Any]:
    return {
        "id": content.number,
        "bank": tell_bank(bank),
        "disable_until_ts": _until_ts(content, now),
        "original_media_uri": None,
    }


def _metadata(content: Content) -> dict[str, str]:
    return {"content_id": content.platform_id} if content.platform_id else {}


def _values(content: Content) -> dict[str, str]:
    return {name_of(entry.signal_type): entry.value.hex() for entry in content.entries}


def _if_set(name: str, told: Any) -> dict[str, Any]:
    return {name: told} if told else {}
