"""`/c/banks` and `/c/bank/NAME`: banks, by their names and ratios."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.banks import queries
from safelight.banks.bank import MAX_NAME_LENGTH, WHOLE_ROLLOUT, Bank
from safelight.database.transaction import read
from safelight.errors import NotFound
from safelight.flow.banks.edits import delete_bank
from safelight.flow.banks.shares import change_shared_bank, create_shared_bank, share_of
from safelight.roles import Actor, Permission, may_use_bank, require_bank
from safelight.web.answer import answer_json
from safelight.web.hma.answer import Refused
from safelight.web.hma.asking import read_flag, read_object, read_share
from safelight.web.hma.door import Door
from safelight.web.hma.host import Host

_NAME = re.compile(r"[A-Z_][A-Z0-9_]*", re.ASCII)


def add_banks(door: Door, host: Host) -> None:
    """Add the paths."""
    parts = host.parts

    @door.on("GET", "/c/banks", Permission.BANK_READ)
    async def list_banks(_request: Request, actor: Actor) -> Response:
        def ask() -> list[Bank]:
            with read(parts.engine) as tx:
                return queries.list_banks(tx)

        seen = [bank for bank in await host.ask(ask) if may_use_bank(actor, bank.name) and not bank.is_allow_list]
        return answer_json([tell_bank(bank) for bank in seen])

    @door.on("POST", "/c/banks", Permission.BANK_WRITE)
    async def create(request: Request, actor: Actor) -> Response:
        asked = await read_object(request)
        name, share = check_name(asked.get("name")), read_ratio(asked)
        require_bank(actor, name)
        share = WHOLE_ROLLOUT if share is None else share
        bank = await host.ask(lambda: create_shared_bank(parts.engine, parts.clock, actor, name=name, share=share))
        return answer_json(tell_bank(bank), 201)

    @door.on("GET", "/c/bank/{bank}", Permission.BANK_READ)
    async def show(request: Request, actor: Actor) -> Response:
        return answer_json(tell_bank(await host.find_bank(request, actor)))

    @door.on("PUT", "/c/bank/{bank}", Permission.BANK_WRITE)
    async def change(request: Request, actor: Actor) -> Response:
        bank, asked = await host.find_bank(request, actor), await read_object(request)
        name, share = asked.get("name"), read_ratio(asked)
        if name is not None and name != bank.name:
            require_bank(actor, check_name(name))
        changed = await host.ask(
            lambda: change_shared_bank(parts.engine, parts.clock, actor, bank=bank.name, name=name, share=share)
        )
        return answer_json(tell_bank(changed))

    @door.on("DELETE", "/c/bank/{bank}", Permission.BANK_WRITE)
    async def delete(request: Request, actor: Actor) -> Response:
        try:
            bank = await host.find_bank(request, actor)
            await host.ask(lambda: delete_bank(parts.engine, parts.clock, actor, bank=bank.name))
        except NotFound:
            pass  # as with HMA, what is not there is deleted already
        return answer_json({"message": "Done"})


def tell_bank(bank: Bank) -> dict[str, Any]:
    """Return a bank as HMA tells it. The ratio is always written with a decimal point: some clients insist on it."""
    return {"name": bank.name, "matching_enabled_ratio": share_of(bank) / WHOLE_ROLLOUT}


def check_name(name: Any) -> str:
    """Return a name that HMA's clients may give a bank. Raises `Refused`."""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > MAX_NAME_LENGTH:
        raise Refused(400, f"A bank's name matches [A-Z_][A-Z0-9_]* and has at most {MAX_NAME_LENGTH} characters.")
    return name


def read_ratio(asked: dict[str, Any]) -> int | None:
    """Return the share that a request sets, in ten-thousandths: `enabled_ratio`, else `enabled`; None for neither."""
    if asked.get("enabled_ratio") is not None:
        return read_share(asked["enabled_ratio"])
    if asked.get("enabled") is not None:
        return WHOLE_ROLLOUT if read_flag(asked["enabled"], "enabled") else 0
    return None
