import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.testclient import TestClient

from safelight.intake.spool import ContentTooLarge
from safelight.roles import Actor, ActorKind, Permission
from safelight.web.arriving import ArrivalCutOff
from safelight.web.hma.answer import Refused
from safelight.web.hma.door import Door

ACTOR = Actor(kind=ActorKind.SERVICE, name="client", permissions=frozenset({Permission.BANK_READ}))


def _client(door: Door) -> TestClient:
    return TestClient(Starlette(routes=door.routes()), raise_server_exceptions=False)


def _door() -> Door:
    door = Door(lambda _: ACTOR)

    @door.on("GET", "/both", Permission.BANK_READ)
    async def read(_request: Request, actor: Actor) -> Response:
        return Response(actor.name)

    @door.on("PUT", "/both", Permission.BANK_READ, Permission.BANK_WRITE)
    async def write(_request: Request, _actor: Actor) -> Response:
        raise AssertionError("it takes two permissions")

    @door.open("/open")
    async def tell(_request: Request) -> Response:
        return Response("open")

    return door


def test_a_method_is_answered_to_who_has_every_permission_of_it() -> None:
    client = _client(_door())
    assert client.get("/both").text == "client"
    assert client.head("/both").status_code == 200
    assert client.put("/both").status_code == 403
    assert client.get("/open").text == "open"


def test_a_path_names_all_its_methods_to_who_uses_another() -> None:
    answer = _client(_door()).delete("/both")
    assert answer.status_code == 405
    assert {each.strip() for each in answer.headers["allow"].split(",")} == {"GET", "HEAD", "PUT"}


def test_every_rule_is_known() -> None:
    rules = {(rule.method, rule.path): rule.permissions for rule in _door().rules}
    assert rules == {
        ("GET", "/both"): (Permission.BANK_READ,),
        ("PUT", "/both"): (Permission.BANK_READ, Permission.BANK_WRITE),
        ("GET", "/open"): None,
    }


class ComeAgain(Exception):
    retry_after_s = 3


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused(418, "x"), 418),
        (ContentTooLarge("more than 5 bytes came"), 413),
        (ArrivalCutOff("x"), 408),
        (ClientDisconnect(), 408),
        (ComeAgain("x"), 503),
    ],
)
def test_what_goes_wrong_is_told_in_json(error: Exception, status: int) -> None:
    door = Door(lambda _: ACTOR)

    @door.open("/wrong")
    async def fail(_request: Request) -> Response:
        raise error

    answer = _client(door).get("/wrong")
    assert answer.status_code == status
    assert answer.json()["message"]


def test_what_nobody_foresaw_is_raised_on() -> None:
    door = Door(lambda _: ACTOR)

    @door.open("/wrong")
    async def fail(_request: Request) -> Response:
        raise RuntimeError

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/wrong", "headers": []}
    (route,) = door.routes()
    with pytest.raises(RuntimeError):
        asyncio.run(route.endpoint(Request(scope)))
