"""A running service on a workspace of its own, and clients with keys of every kind."""

import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anyio
import httpx2
import pyrage
import pytest
import starlette.testclient
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient

import safelight
from safelight.app.parts import open_pool
from safelight.app.service import Service, open_service
from safelight.audit.entry import AuditEntry
from safelight.audit.queries import page_entries
from safelight.banks.entry import NewEntry
from safelight.database.transaction import read
from safelight.errors import RateLimited, Unauthenticated
from safelight.flow.banks import edits as banks
from safelight.flow.keys.acts import create_keys, export_keys
from safelight.flow.keys.desk import KeyDesk
from safelight.hashing.signal import SignalType
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind, Permission
from safelight.sandbox.pool import Pool
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

    def add(
        self,
        key: str,
        *permissions: Permission,
        banks: frozenset[str] | None = None,
        kind: ActorKind = ActorKind.SERVICE,
    ) -> str:
        self._actors[key] = Actor(kind=kind, name=key, permissions=frozenset(permissions), bank_names=banks)
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


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """One event loop in a thread for all clients: by itself a client starts another one for each request."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="module", autouse=True)
def quick_clients(portal: BlockingPortal) -> Iterator[None]:
    """Let each client ask in that loop, and in one go: by itself it goes there and back ten times for each request."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(TestClient, "portal", portal)
        changed.setattr(starlette.testclient._TestClientTransport, "handle_request", _ask)
        yield


def _ask(transport: Any, request: httpx2.Request) -> httpx2.Response:
    """Ask an application as the client's own transport does."""
    with transport.portal_factory() as portal:
        told: list[dict[str, Any]] = portal.call(_messages, transport, request)
    if not told:
        return httpx2.Response(500, stream=httpx2.ByteStream(b""), request=request)
    body = b"" if request.method == "HEAD" else b"".join(each.get("body", b"") for each in told[1:])
    headers = told[0].get("headers", ())
    return httpx2.Response(told[0]["status"], headers=headers, stream=httpx2.ByteStream(body), request=request)


async def _messages(transport: Any, request: httpx2.Request) -> list[dict[str, Any]]:
    """Run an application with a request, and return what it sent, which has to be in the order of an answer."""
    told: list[dict[str, Any]] = []
    is_taken, is_over = False, anyio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal is_taken
        if is_taken:
            await is_over.wait()
            return {"type": "http.disconnect"}
        is_taken = True
        return {"type": "http.request", "body": request.read()}

    async def send(message: dict[str, Any]) -> None:
        assert message["type"] == ("http.response.body" if told else "http.response.start")
        assert not is_over.is_set()
        told.append(message)
        if len(told) > 1 and not message.get("more_body", False):
            is_over.set()

    try:
        await transport.app(_scope(transport, request), receive, send)
    except Exception:
        if transport.raise_server_exceptions:
            raise
    return told


def _scope(transport: Any, request: httpx2.Request) -> dict[str, Any]:
    url = request.url
    return {
        "type": "http",
        "http_version": "1.1",
        "method": request.method,
        "path": unquote(url.path),
        "raw_path": url.raw_path.split(b"?", 1)[0],
        "root_path": transport.root_path,
        "scheme": url.scheme,
        "query_string": url.query,
        "headers": [(name.lower().encode(), value.encode()) for name, value in request.headers.multi_items()],
        "client": transport.client,
        "server": [url.host, url.port or {"http": 80, "https": 443}[url.scheme]],
        "extensions": {"http.response.debug": {}, "http.response.trailers": {}},
        "state": transport.app_state.copy(),
    }


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the bank `known` (a PDQ and an MD5 value), the empty bank `other`, and keys with a copy.

    Without a recovery copy nothing is sealed. It is made once; each test gets a copy of it.
    """
    folder = tmp_path_factory.mktemp("template")
    safelight.create_workspace(folder / "workspace")
    with safelight.open_workspace(folder / "workspace") as house:
        _fill(house, folder)
    return folder / "workspace"


def _fill(house: safelight.Workspace, folder: Path) -> None:
    for name in ("known", "other"):
        banks.create_bank(house.engine, house.clock, house.actor, name=name)
    entries = [
        NewEntry(signal_type=SignalType.PDQ.value, value=PDQ, label="A1", label_scheme="test"),
        NewEntry(signal_type=SignalType.MD5.value, value=MD5),
    ]
    banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=entries)
    desk = KeyDesk(engine=house.engine, keys=house.keys, clock=house.clock, actor=house.actor)
    create_keys(desk)
    to = str(pyrage.x25519.Identity.generate().to_public())
    export_keys(desk, recipients=[to], place=(folder / "copy.age").write_bytes)


@pytest.fixture(params=["sqlite", "postgresql"])
def either_database(request: pytest.FixtureRequest) -> str:
    """Run what uses this on each database: tests of answers that are made of what SQL gives. The others use SQLite.

    In every run PostgreSQL has the contract of all routes (tests/contracts/api), in the long run these too.
    """
    return str(request.param)


@pytest.fixture
def house(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> safelight.Workspace:
    """A workspace as the template is, of this test alone."""
    monkeypatch.setenv("SAFELIGHT_SCAN_WORKERS", "1")
    monkeypatch.setenv("SAFELIGHT_FOLLOW_SECONDS", "0.05")
    folder = tmp_path / "workspace"
    uses_either = "either_database" in request.fixturenames
    if uses_either and request.getfixturevalue("either_database") == "postgresql":
        monkeypatch.setenv("SAFELIGHT_DATABASE_URL", request.getfixturevalue("emptied_postgresql"))
        safelight.create_workspace(folder)
        house = safelight.open_workspace(folder)
        _fill(house, tmp_path)
        return house
    shutil.copytree(request.getfixturevalue("template"), folder)
    return safelight.open_workspace(folder)


@pytest.fixture(scope="session")
def pool(template: Path) -> Iterator[Pool]:
    """One worker process for all of these tests: to start one takes as long as everything else in most of them."""
    with safelight.open_workspace(template) as house, open_pool(house.settings, 1) as pool:
        yield pool


@pytest.fixture(scope="session")
def listed() -> bytes:
    """A picture that the bank `known` lists by its PDQ value."""
    buffer = io.BytesIO()
    paint(3, width=200, height=160).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def service(house: safelight.Workspace, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The running parts."""
    monkeypatch.setattr("safelight.app.service.open_pool", lambda _settings: nullcontext(pool))
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
def acts(service: Service) -> Callable[..., list[AuditEntry]]:
    """Give the entries of the audit log that have one of some verbs."""

    def find(*verbs: str) -> list[AuditEntry]:
        with read(service.house.engine) as tx:
            return [each for each in page_entries(tx, limit=10_000) if each.verb in verbs]

    return find


@pytest.fixture
def client(client_of: Callable[[str], TestClient]) -> TestClient:
    """A client that may do everything."""
    return client_of("all")
