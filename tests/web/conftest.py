"""A running service on a workspace of its own, and clients with keys of every kind."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pyrage
import pytest
from starlette.testclient import TestClient

import safelight
from safelight.app.service import Service, open_service
from safelight.banks.entry import NewEntry
from safelight.errors import RateLimited, Unauthenticated
from safelight.flow.banks import edits as banks
from safelight.flow.keys.acts import create_keys, export_keys
from safelight.flow.keys.desk import KeyDesk
from safelight.hashing.signal import SignalType
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind, Permission
from safelight.testing.synthetic import paint, paint_pixels
from safelight.web.asgi import build_app
from safelight.web.authentication import Authentication

PDQ = safelight.hash_rgb(paint_pixels(3, width=200, height=160)).value
MD5 = bytes(range(16))


class Keys:
    """Keys by what they are called; a test adds those that it needs."""

    def __init__(self) -> None:
        self.is_used_up = False
        self._actors = {"all": Actor(kind=ActorKind.SERVICE, name="all", permissions=EVERY_PERMISSION)}

    def add(self, key: str, *permissions: Permission, banks: frozenset[str] | None = None) -> str:
        held = frozenset(permissions)
        self._actors[key] = Actor(kind=ActorKind.SERVICE, name=key, permissions=held, bank_names=banks)
        return key

    def cached(self, secret: str) -> Actor | None:
        return None  # as if the key came for the first time

    def authenticate(self, secret: str) -> Actor:
        if secret not in self._actors:
            raise Unauthenticated("No such key.")
        return self._actors[secret]

    def charge(self, actor: Actor, cost: int = 1) -> None:
        if self.is_used_up:
            raise RateLimited("Too often.", retry_after_s=2.5)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> safelight.Workspace:
    """A workspace with the bank `known` (a PDQ and an MD5 value) and the empty bank `other`."""
    monkeypatch.setenv("SAFELIGHT_SCAN_WORKERS", "1")
    monkeypatch.setenv("SAFELIGHT_FOLLOW_SECONDS", "0.05")
    safelight.create_workspace(tmp_path / "workspace")
    house = safelight.open_workspace(tmp_path / "workspace")
    for name in ("known", "other"):
        banks.create_bank(house.engine, house.clock, house.actor, name=name)
    entries = [
        NewEntry(signal_type=SignalType.PDQ.value, value=PDQ, label="A1", label_scheme="test"),
        NewEntry(signal_type=SignalType.MD5.value, value=MD5),
    ]
    banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=entries)
    return house


@pytest.fixture(scope="session")
def listed() -> bytes:
    """A picture that the bank `known` lists by its PDQ value."""
    buffer = io.BytesIO()
    paint(3, width=200, height=160).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def exported(house: safelight.Workspace, tmp_path: Path) -> None:
    """Keys of which there is a recovery copy: without them nothing is sealed."""
    desk = KeyDesk(engine=house.engine, keys=house.keys, clock=house.clock, actor=house.actor)
    create_keys(desk)
    to = str(pyrage.x25519.Identity.generate().to_public())
    export_keys(desk, recipients=[to], place=(tmp_path / "copy.age").write_bytes)


@pytest.fixture
def service(house: safelight.Workspace, exported: None) -> Iterator[Service]:
    """The running parts."""
    with house, open_service(house, lambda _: None) as service:
        yield service


@pytest.fixture
def keys() -> Keys:
    """The keys that the service knows: `all`, and what a test adds."""
    return Keys()


@pytest.fixture
def app(service: Service, keys: Keys):
    """The application."""
    return build_app(service, Authentication(keys))


@pytest.fixture
def client_of(app) -> Callable[[str], TestClient]:
    """Give a client with a key."""
    return lambda key: TestClient(app, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)


@pytest.fixture
def client(client_of: Callable[[str], TestClient]) -> TestClient:
    """A client that may do everything."""
    return client_of("all")
