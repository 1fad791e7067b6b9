"""Banks and the entries in them, to read."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.banks import queries
from safelight.banks.bank import Bank
from safelight.banks.entry import Entry
from safelight.database.transaction import read
from safelight.flow.disclosures import note_values_shown
from safelight.roles import Actor, Permission, may_use_bank, require_bank
from safelight.web.answer import answer_json
from safelight.web.api.entry_words import tell_entry
from safelight.web.api.etags import tag_of
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.paging import PARAMETERS, Page, read_page

BANK: dict[str, Any] = {"name": "bank", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 100}}


def add_banks(door: Door, host: Host) -> None:
    """Add the routes."""
    engine = host.service.house.engine

    @door.route("GET", "/banks", Permission.BANK_READ, Told(summary="List the banks.", parameters=PARAMETERS))
    async def list_banks(request: Request, actor: Actor) -> Response:
        page = read_page(request)

        def ask() -> list[Bank]:
            with read(engine) as tx:
                return queries.list_banks(tx)

        seen = [bank for bank in await host.ask(ask) if may_use_bank(actor, bank.name)]
        return answer_json(page.cut(seen, lambda bank: bank.name, tell_bank))

    @door.route("GET", "/banks/{bank}", Permission.BANK_READ, Told(summary="Show a bank.", parameters=(BANK,)))
    async def show_bank(request: Request, actor: Actor) -> Response:
        name = request.path_params["bank"]
        require_bank(actor, name)

        def ask() -> tuple[Bank, dict[str, int], list[str]]:
            with read(engine) as tx:
                bank = queries.find_bank(tx, name)
                suppressed = [each.name for each in queries.list_banks(tx) if each.id in bank.suppresses]
                return bank, queries.count_entries(tx, bank.id), suppressed

        bank, counts, suppressed = await host.ask(ask)
        seen = [each for each in suppressed if may_use_bank(actor, each)]
        return answer_bank(bank, {"entries": counts, "suppresses": seen})

    @door.route(
        "GET",
        "/banks/{bank}/entries",
        Permission.BANK_READ,
        Told(summary="List a bank's entries; values only to who may see them.", parameters=(BANK, *PARAMETERS)),
    )
    async def list_entries(request: Request, actor: Actor) -> Response:
        name, page = request.path_params["bank"], read_page(request)
        require_bank(actor, name)
        shows_values = Permission.ENTRY_VALUE in actor.permissions
        entries = await host.ask(lambda: _page(host, actor, name, page, shows_values=shows_values))
        now = host.service.house.clock.now()
        told = [tell_entry(entry, now, shows_value=shows_values) for entry in entries]
        return answer_json(page.tell(told, entries[-1].id if entries else None))


def _page(host: Host, actor: Actor, name: str, page: Page, *, shows_values: bool) -> list[Entry]:
    house = host.service.house
    with read(house.engine) as tx:
        bank = queries.find_bank(tx, name)
        entries = queries.page_entries(tx, bank.id, after_id=page.after_number, limit=page.limit)
    if shows_values and entries:
        note_values_shown(house.engine, house.clock, actor, bank_id=bank.id, count=len(entries))
    return entries


def bank_tag(bank: Bank) -> str:
    """Return the entity tag of a bank: its version grows with each change, and a name has versions of its own."""
    return tag_of(bank.id, bank.name, bank.version)


def answer_bank(bank: Bank, more: dict[str, Any] | None = None, *, status: int = 200) -> Response:
    """Return the answer that tells of one bank, with its tag."""
    return answer_json({**tell_bank(bank), **(more or {})}, status, headers={"ETag": bank_tag(bank)})


def tell_bank(bank: Bank) -> dict[str, Any]:
    """Return what an answer tells of a bank."""
    return {
        "name": bank.name,
        "is_enabled": bank.is_enabled,
        "is_allow_list": bank.is_allow_list,
        "verified_by": bank.verified_by or None,
        "version": bank.version,
        "created_at": bank.created_at,
        "rollout": bank.rollout,
        "deconfirmed": bank.deconfirmed.value,
        "thresholds": dict(bank.thresholds),
    }
