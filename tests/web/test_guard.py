import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from safelight.errors import NotAllowed
from safelight.roles import Actor, ActorKind, Permission
from safelight.web.guard import guard

READER = Actor(kind=ActorKind.SERVICE, name="reader", permissions=frozenset({Permission.BANK_READ}))


async def _reader(_request: Request) -> Actor:
    return READER


async def _tell_name(_request: Request, actor: Actor) -> Response:
    return PlainTextResponse(actor.name)


def _ask(*permissions: Permission) -> Response:
    return asyncio.run(guard(_tell_name, _reader, permissions)(Request({"type": "http"})))  # type: ignore[arg-type] # a handler gives a coroutine


def test_who_has_every_permission_is_answered() -> None:
    assert _ask(Permission.BANK_READ).body == b"reader"


def test_who_lacks_one_of_them_is_not() -> None:
    with pytest.raises(NotAllowed, match="bank:write"):
        _ask(Permission.BANK_READ, Permission.BANK_WRITE)
