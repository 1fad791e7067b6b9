"""Banks and entries, to read."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.banks import queries
from safelight.banks.bank import Bank
from safelight.banks.entry import Entry
from safelight.database.transaction import read
from safelight.roles import Actor, Permission, may_use_bank, require_bank
from safelight.web.answer import answer_json
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.paging import PARAMETERS, Page, read_page

_NAME = {"name": "bank", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 100}}


def add_banks(door: Door, host: Host) -> None:
    """Add the routes."""
    engine = host.service.house.engine

    @door.route("GET", "/banks", Permission.BANK_READ, Told(summary="List the banks."))
    async def list_banks(_request: Request, actor: Actor) -> Response:
        def ask() -> list[Bank]:
            with read(engine) as tx:
                return queries.list_banks(tx)

        seen = [bank for bank in await host.ask(ask) if may_use_bank(actor, bank.name)]
        return answer_json({"items": [tell_bank(bank) for bank in seen]})

    @door.route("GET", "/banks/{bank}", Permission.BANK_READ, Told(summary="Show a bank.", parameters=(_NAME,)))
    async def show_bank(request: Request, actor: Actor) -> Response:
        name = request.path_params["bank"]
        require_bank(actor, name)

        def ask() -> tuple[Bank, dict[str, int]]:
            with read(engine) as tx:
                bank = queries.find_bank(tx, name)
                return bank, queries.count_entries(tx, bank.id)

        bank, counts = await host.ask(ask)
        return answer_json({**tell_bank(bank), "entries": counts})

    @door.route(
        "GET",
        "/banks/{bank}/entries",
        Permission.BANK_READ,
        Told(summary="List a bank's entries; values only to who may see them.", parameters=(_NAME, *PARAMETERS)),
    )
    async def list_entries(request: Request, actor: Actor) -> Response:
        name, page = request.path_params["bank"], read_page(request)
        require_bank(actor, name)
        entries = await host.ask(lambda: _page(host, name, page))
        now = host.service.house.clock.now()
        shows_values = Permission.ENTRY_VALUE in actor.permissions
        told = [tell_entry(entry, now, shows_value=shows_values) for entry in entries]
        return answer_json(page.tell(told, entries[-1].id if entries else None))


def _page(host: Host, name: str, page: Page) -> list[Entry]:
    with read(host.service.house.engine) as tx:
        bank = queries.find_bank(tx, name)
        return queries.page_entries(tx, bank.id, after_id=page.after_number, limit=page.limit)


def tell_bank(bank: Bank) -> dict[str, Any]:
    """Return what an answer tells of a bank."""
    return {
        "name": bank.name,
        "is_enabled": bank.is_enabled,
        "is_allow_list": bank.is_allow_list,
        "version": bank.version,
        "created_at": bank.created_at,
    }


def tell_entry(entry: Entry, now: datetime, *, shows_value: bool) -> dict[str, Any]:
    """Return what an answer tells of an entry."""
    told: dict[str, Any] = {
        "entry": entry.id,
        "type": entry.signal_type,
        "label": entry.label,
        "label_scheme": entry.label_scheme,
        "note": entry.note,
        "source": entry.key.source if entry.key else None,
        "source_entry": entry.key.entry_id if entry.key else None,
        "added_at": entry.provenance.added_at,
        "is_disabled": entry.is_disabled(now),
    }
    return told | {"value": entry.value.hex()} if shows_value else told
