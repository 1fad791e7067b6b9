"""A server with HMA's surface to hold to its contract: ours, on both databases, or another one that is named.

    HMA_CONTRACT_URL     the address of another server, such as a real HMA, that may be written to
    HMA_CONTRACT_KEY     a bearer key for it
    HMA_CONTRACT_STRICT  1: demand the right answer of it too wherever HMA itself is at fault
    HMA_CONTRACT_WAIT_S  how long it may take until what was added matches (90)

It has to be allowed to fetch from 127.0.0.1 for the cases with addresses.
"""

import io
import itertools
import os
import shutil
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
import uvicorn
from PIL import Image
from starlette.requests import Request

from safelight.database.engine import Engine, open_engine
from safelight.database.revision import upgrade
from safelight.errors import InvalidValue
from safelight.intake.sources.stream import StreamArrival
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.web.doors import Doors
from safelight.web.hma.app import hma_app

ELSEWHERE = os.environ.get("HMA_CONTRACT_URL", "")
WAIT_S = float(os.environ.get("HMA_CONTRACT_WAIT_S", "90"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the server is, and whether it must be right where HMA is at fault."""

    url: str
    key: str
    is_strict: bool
    wait_s: float


def _serves(path: Path) -> Callable[[str], StreamArrival]:
    """Fetch as the operator's own guard would let it: here from this machine alone."""

    def fetch(url: str) -> StreamArrival:
        try:
            answer = httpx2.get(url, trust_env=False, timeout=5).raise_for_status()
        except httpx2.HTTPError as error:
            raise InvalidValue("The address did not give it. Nothing was done.") from error
        return StreamArrival(stream=io.BytesIO(answer.content), max_bytes=50 << 20)

    return fetch


@contextmanager
def _running(app: Any) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(Doors(app, app), log_config=None, access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def _own_engine(request: pytest.FixtureRequest, folder: Path, database: str) -> Engine:
    if database == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "safelight.db")
        return open_engine(f"sqlite:///{folder / 'safelight.db'}")
    server = request.getfixturevalue("postgresql_server")
    server.psql("DROP DATABASE IF EXISTS hma_contract WITH (FORCE);")
    server.psql("CREATE DATABASE hma_contract;")
    engine = open_engine(server.get_uri(database="hma_contract"))
    upgrade(engine)
    return engine


@pytest.fixture(scope="session", params=["elsewhere"] if ELSEWHERE else ["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    open_hma_parts: Callable[..., AbstractContextManager[Any]],
) -> Iterator[Server]:
    """Run our server for all tests; each makes banks of its own."""
    if request.param == "elsewhere":
        is_strict = os.environ.get("HMA_CONTRACT_STRICT") == "1"
        yield Server(url=ELSEWHERE, key=os.environ.get("HMA_CONTRACT_KEY", ""), is_strict=is_strict, wait_s=WAIT_S)
        return
    folder = tmp_path_factory.mktemp("hma")
    engine = _own_engine(request, folder, request.param)

    async def anybody(_request: Request) -> Actor:
        return Actor(kind=ActorKind.SERVICE, name="contract", permissions=EVERY_PERMISSION)

    with open_hma_parts(engine, folder, fetch=_serves(folder)) as parts, _running(hma_app(parts, anybody)) as url:
        yield Server(url=url, key="", is_strict=True, wait_s=10)
    engine.dispose()


@pytest.fixture(scope="session")
def hma(server: Server) -> Iterator[httpx2.Client]:
    """A client of it."""
    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    with httpx2.Client(base_url=server.url, headers=headers, timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def strict(server: Server) -> None:
    """Skip where HMA is at fault, unless the right answer is demanded."""
    if not server.is_strict:
        pytest.skip("HMA itself is at fault here: HMA_CONTRACT_STRICT=1 demands the right answer")


@pytest.fixture
def new_bank(hma: httpx2.Client) -> Iterator[Callable[..., str]]:
    """Give what makes banks of new names; they are deleted after the test."""
    made: list[str] = []

    def make(**more: Any) -> str:
        name = f"T_{uuid.uuid4().hex[:12].upper()}"
        made.append(name)
        answer = hma.post("/c/banks", json={"name": name, **more})
        assert answer.status_code == 201, answer.text
        return name

    yield make
    for name in made:
        hma.delete(f"/c/bank/{name}")


@pytest.fixture
def bank(new_bank: Callable[..., str]) -> str:
    """One bank."""
    return new_bank()


@pytest.fixture
def eventually(server: Server) -> Callable[[Callable[[], Any], Any], Any]:
    """Give what asks again until the answer is the one expected, or too much time has passed."""

    def ask(question: Callable[[], Any], expected: Any) -> Any:
        end = time.monotonic() + server.wait_s
        while (answer := question()) != expected and time.monotonic() < end:
            time.sleep(0.05 if server.wait_s <= 10 else 1)
        assert answer == expected
        return answer

    return ask


_NUMBERS = itertools.count(1)


@pytest.fixture
def new_pdq() -> Callable[[], str]:
    """Give PDQ values that are far from each other and from those of every other test."""
    return lambda: np.random.default_rng([uuid.uuid4().int & 0xFFFFFFFF, next(_NUMBERS)]).bytes(32).hex()


def paint(seed: int) -> Image.Image:
    """Paint a picture with whole numbers alone, so that every machine paints the same."""
    y, x = np.mgrid[0:192, 0:256].astype(np.int64)
    red = (x * x * (3 + seed) + y * y * 5 + x * y * (seed % 7)) // 97 % 256
    green = ((x // 16) * 37 * (seed + 1) + (y // 24) * 61) % 256
    blue = (x * (seed + 2) + y * 3) // 5 % 256
    return Image.fromarray(np.stack([red, green, blue], axis=-1).astype(np.uint8), "RGB")


def png(picture: Image.Image) -> bytes:
    """Return a picture as a file that loses nothing."""
    held = io.BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()


@pytest.fixture(scope="session")
def picture() -> Callable[[int], bytes]:
    """Give pictures by number."""
    return cache(lambda seed: png(paint(seed)))


@pytest.fixture(scope="session")
def flat() -> bytes:
    """A picture without any detail."""
    return png(Image.new("RGB", (256, 192), (90, 120, 150)))


class _Shelf:
    """What a small web server gives: bodies and their labels by path."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[bytes, str]] = {}
        self.url = ""

    def put(self, path: str, body: bytes, label: str) -> str:
        self.held[path] = (body, label)
        return self.url + path


@pytest.fixture(scope="session")
def shelf() -> Iterator[_Shelf]:
    """A web server on this machine from which media is fetched."""
    shelf = _Shelf()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, label = shelf.held.get(self.path, (b"", ""))
            self.send_response(200 if body else 404)
            if label:
                self.send_header("Content-Type", label)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        shelf.url = f"http://127.0.0.1:{serving.server_port}"
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield shelf
        serving.shutdown()
        thread.join()
