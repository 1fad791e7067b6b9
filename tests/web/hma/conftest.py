"""HMA's surface on a database with some banks, and clients with keys of every kind."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from safelight.banks.entry import NewEntry
from safelight.clock import SystemClock
from safelight.database.engine import Engine
from safelight.errors import Unauthenticated
from safelight.flow.banks import edits as banks
from safelight.flow.banks.contents import add_content
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind, Permission
from safelight.sandbox.pool import Pool
from safelight.web.doors import Doors
from safelight.web.hma.app import hma_app
from safelight.web.hma.parts import HmaParts
from safelight.web.plain_path import PATH_KEY

PDQ = bytes(range(32))


class Keys:
    """Keys by what they are called; a test adds those that it needs."""

    def __init__(self) -> None:
        self.actors = {"all": Actor(kind=ActorKind.SERVICE, name="all", permissions=EVERY_PERMISSION)}

    def add(self, key: str, *permissions: Permission, banks: frozenset[str] | None = None) -> str:
        self.actors[key] = Actor(kind=ActorKind.SERVICE, name=key, permissions=frozenset(permissions), bank_names=banks)
        return key

    async def authenticate(self, request: Request) -> Actor:
        secret = request.scope.get(PATH_KEY) or request.headers.get("authorization", "").removeprefix("Bearer ")
        if secret not in self.actors:
            raise Unauthenticated("A valid key is needed.")
        return self.actors[secret]


@pytest.fixture
def keys() -> Keys:
    """The keys that are known: `all`, and what a test adds."""
    return Keys()


@pytest.fixture
def numbers(engine: Engine, actor: Actor) -> dict[str, int]:
    """The banks KNOWN (one PDQ value, whose content's number is given) and OTHER, and the allow-list HARMLESS."""
    clock = SystemClock()
    for name in ("KNOWN", "OTHER"):
        banks.create_bank(engine, clock, actor, name=name)
    banks.create_bank(engine, clock, actor, name="HARMLESS", is_allow_list=True)
    entries = [NewEntry(signal_type="pdq", value=PDQ)]
    return {name: add_content(engine, clock, actor, bank=name, entries=entries) for name in ("KNOWN", "OTHER")}


@pytest.fixture
def more() -> dict[str, Any]:
    """What a test changes of the parts."""
    return {}


@pytest.fixture
def parts(
    *,
    open_hma_parts: Callable[..., AbstractContextManager[HmaParts]],
    engine: Engine,
    tmp_path: Path,
    numbers: dict[str, int],
    more: dict[str, Any],
    pool: Pool,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[HmaParts]:
    """The running parts, with the worker process of all tests: to start one takes longer than most of these."""
    monkeypatch.setattr("safelight.app.parts.Pool", lambda *_, **__: nullcontext(pool))
    with open_hma_parts(engine, tmp_path, **more) as parts:
        yield parts


@pytest.fixture
def client_of(parts: HmaParts, keys: Keys) -> Callable[[str], TestClient]:
    """Give a client with a key."""
    hma = hma_app(parts, keys.authenticate)
    app = Doors(hma, hma)

    def give(key: str) -> TestClient:
        return TestClient(app, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)

    return give


@pytest.fixture
def client(client_of: Callable[[str], TestClient]) -> TestClient:
    """A client that may do everything."""
    return client_of("all")


@pytest.fixture
def soon() -> Callable[[Callable[[], Any], Any], None]:
    """Give what asks again until the answer is the one expected: the banks are followed, not asked."""

    def ask(question: Callable[[], Any], expected: Any) -> None:
        end = time.monotonic() + 5
        while (answer := question()) != expected and time.monotonic() < end:
            time.sleep(0.02)
        assert answer == expected

    return ask
