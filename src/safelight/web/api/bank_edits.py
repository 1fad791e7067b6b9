"""Banks, to write: made, changed, deleted; which allow-list suppresses which bank."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from safelight.banks import queries
from safelight.banks.bank import WHOLE_ROLLOUT, Bank, DeconfirmedPolicy
from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.flow.banks import controls, edits
from safelight.flow.banks.changes import BankChange, change_bank
from safelight.roles import Actor, Permission, require_bank
from safelight.web.answer import answer_json
from safelight.web.api import bodies
from safelight.web.api.banks import BANK, answer_bank, bank_tag
from safelight.web.api.bodies import REASON, STRICT, Reason, read_reason
from safelight.web.api.etags import IF_MATCH, check_of
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.schemas import body_of

_Name = Annotated[str, Field(max_length=100)]
_OTHER: dict[str, Any] = {"name": "suppressed", "in": "path", "required": True, "schema": BANK["schema"]}


class NewBank(BaseModel):
    """A bank to be made."""

    model_config = ConfigDict(**STRICT, json_schema_extra={"example": {"name": "known"}})
    name: _Name
    is_allow_list: bool = False
    reason: Reason = ""


class BankPatch(BaseModel):
    """What a bank is to be. What is left out stays as it is; a threshold of null is the usual one again."""

    model_config = ConfigDict(**STRICT, json_schema_extra={"example": {"rollout": 500, "thresholds": {"pdq": 24}}})
    name: _Name | None = None
    is_enabled: bool | None = None
    rollout: Annotated[int, Field(ge=0, le=WHOLE_ROLLOUT, description="Ten-thousandths of the media.")] | None = None
    deconfirmed: DeconfirmedPolicy | None = None
    is_allow_list: bool | None = None
    thresholds: Annotated[dict[_Name, int | None], Field(max_length=20)] = {}
    reason: Reason = ""

    def as_change(self) -> BankChange:
        """Return the change. Raises `InvalidValue` for none."""
        told = self.model_dump(exclude={"reason"}, exclude_none=False)
        if not any(value is not None and value != {} for value in told.values()):
            raise InvalidValue("Nothing is to be changed: name at least one field. Nothing was done.")
        return BankChange(**told)


def add_bank_edits(door: Door, host: Host) -> None:
    """Add the routes."""
    engine, clock = host.service.house.engine, host.service.house.clock

    @door.route(
        "POST",
        "/banks",
        Permission.BANK_WRITE,
        Told(summary="Make an empty, enabled bank.", body=body_of(NewBank)),
    )
    async def create_bank(request: Request, actor: Actor) -> Response:
        new = await bodies.read(request, NewBank)
        require_bank(actor, new.name)

        def act() -> Bank:
            edits.create_bank(engine, clock, actor, name=new.name, is_allow_list=new.is_allow_list, reason=new.reason)
            return _find(host, new.name)

        return answer_bank(await host.ask(act), status=201)

    @door.route(
        "PATCH",
        "/banks/{bank}",
        Permission.BANK_WRITE,
        Told(summary="Change a bank, all at once or not at all.", body=body_of(BankPatch), parameters=(BANK, IF_MATCH)),
    )
    async def patch_bank(request: Request, actor: Actor) -> Response:
        name = require_bank(actor, request.path_params["bank"])
        patch = await bodies.read(request, BankPatch)
        require_bank(actor, patch.name or name)
        change, check = patch.as_change(), check_of(request, bank_tag)
        changed = await host.ask(
            lambda: change_bank(engine, clock, actor, bank=name, change=change, check=check, reason=patch.reason)
        )
        return answer_bank(changed)

    @door.route(
        "DELETE",
        "/banks/{bank}",
        Permission.BANK_WRITE,
        Told(summary="Delete a bank: its entries stop matching at once.", parameters=(BANK, IF_MATCH, REASON)),
    )
    async def delete_bank(request: Request, actor: Actor) -> Response:
        name = require_bank(actor, request.path_params["bank"])
        reason, check = read_reason(request), check_of(request, bank_tag)
        await host.ask(lambda: edits.delete_bank(engine, clock, actor, bank=name, check=check, reason=reason))
        return answer_json({"deleted": name})

    _add_suppressions(door, host)


def _add_suppressions(door: Door, host: Host) -> None:
    engine, clock = host.service.house.engine, host.service.house.clock
    parameters, path = (BANK, _OTHER, REASON), "/banks/{bank}/suppresses/{suppressed}"

    @door.route(
        "PUT",
        path,
        Permission.BANK_WRITE,
        Told(summary="Let an allow-list suppress the matches of a bank.", parameters=parameters),
    )
    async def suppress_bank(request: Request, actor: Actor) -> Response:
        named, reason = _both(request, actor), read_reason(request)
        await host.ask(lambda: controls.suppress_bank(engine, clock, actor, **named, reason=reason))
        return answer_json({**named, "is_suppressed": True})

    @door.route(
        "DELETE",
        path,
        Permission.BANK_WRITE,
        Told(summary="Let the matches of a bank count again though an allow-list has them.", parameters=parameters),
    )
    async def unsuppress_bank(request: Request, actor: Actor) -> Response:
        named, reason = _both(request, actor), read_reason(request)
        await host.ask(lambda: controls.unsuppress_bank(engine, clock, actor, **named, reason=reason))
        return answer_json({**named, "is_suppressed": False})


def _both(request: Request, actor: Actor) -> dict[str, str]:
    named = {"allow_list": request.path_params["bank"], "bank": request.path_params["suppressed"]}
    for name in named.values():
        require_bank(actor, name)
    return named


def _find(host: Host, name: str) -> Bank:
    with read(host.service.house.engine) as tx:
        return queries.find_bank(tx, name)
