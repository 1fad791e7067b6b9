"""A door adds no route without saying what it takes."""

import pytest
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from safelight.errors import NotAllowed
from safelight.roles import Actor, ActorKind, Permission
from safelight.web.door import NONE_TAKEN, PERMISSION, Door, Told


@pytest.fixture
def app() -> FastAPI:
    async def authenticate(_request) -> Actor:
        return Actor(kind=ActorKind.SERVICE, name="reader", permissions=frozenset({Permission.BANK_READ}))

    app, router = FastAPI(), APIRouter()
    door = Door(router, authenticate)

    @door.route("GET", "/read", Permission.BANK_READ, Told(summary="Read."))
    async def read_it(_request, actor):
        return PlainTextResponse(actor.name)

    @door.route("POST", "/write", Permission.BANK_WRITE, Told(summary="Write."))
    async def write_it(_request, actor):
        return PlainTextResponse(actor.name)

    @door.open_route("/open", Told(summary="Open."))
    async def open_it(_request: Request):
        return PlainTextResponse("anybody")

    app.include_router(router)
    return app


def test_a_handler_is_called_for_who_has_the_permission(app: FastAPI) -> None:
    client = TestClient(app)
    assert client.get("/read").text == "reader"
    assert client.get("/open").text == "anybody"
    with pytest.raises(NotAllowed, match="bank:write"):
        client.post("/write")


def test_the_document_says_what_each_route_takes(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    assert paths["/read"]["get"][PERMISSION] == "bank:read"
    assert paths["/open"]["get"][PERMISSION] == NONE_TAKEN
    assert paths["/read"]["get"]["operationId"] == "read_it"
