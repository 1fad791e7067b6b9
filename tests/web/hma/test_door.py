from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from safelight.roles import Actor, ActorKind, Permission
from safelight.web.hma.answer import tell_as_hma
from safelight.web.hma.door import Door

ACTOR = Actor(kind=ActorKind.SERVICE, name="client", permissions=frozenset({Permission.BANK_READ}))


async def _actor(_request: Request) -> Actor:
    return ACTOR


def _client(door: Door) -> TestClient:
    app = Starlette(routes=door.routes())
    tell_as_hma(app)
    return TestClient(app, raise_server_exceptions=False)


def _door() -> Door:
    door = Door(_actor)

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
