"""A service whose index is being built lives and is not ready; nothing that watches it has a reason to restart it."""

import importlib.util
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

import safelight
from safelight.banks.entry import NewEntry
from safelight.database.engine import Engine, open_engine
from safelight.flow.banks import edits as banks

_PROCESS = Path(__file__).parent / "serving_process.py"
_SPEC = importlib.util.spec_from_file_location("serving_process", _PROCESS)
assert _SPEC is not None
assert _SPEC.loader is not None
process = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(process)


@pytest.fixture
def workspace(tmp_path: Path, postgresql_server, monkeypatch: pytest.MonkeyPatch) -> Path:
    postgresql_server.psql("DROP DATABASE IF EXISTS starting WITH (FORCE);")
    postgresql_server.psql("CREATE DATABASE starting;")
    monkeypatch.setenv("SAFELIGHT_DATABASE_URL", str(postgresql_server.get_uri(database="starting")))
    safelight.create_workspace(tmp_path / "workspace")
    with safelight.open_workspace(tmp_path / "workspace") as house:
        banks.create_bank(house.engine, house.clock, house.actor, name="known")
        entry = NewEntry(signal_type="md5", value=bytes(16))
        banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=[entry])
    return tmp_path / "workspace"


@pytest.fixture
def engine(postgresql_server) -> Iterator[Engine]:
    engine = open_engine(str(postgresql_server.get_uri(database="starting")))
    yield engine
    engine.dispose()


_LOCK = text("LOCK TABLE bank_entries IN ACCESS EXCLUSIVE MODE")
_PUBLISHED_ANEW = text(
    "INSERT INTO bank_changes (token, at, bank_id, kind, batch_id) "
    "SELECT decode('00', 'hex'), at, bank_id, kind, batch_id FROM bank_changes WHERE kind = 'batch'"
)
_WAITING = text("SELECT count(*) FROM pg_locks WHERE relation = 'bank_entries'::regclass AND NOT granted")


def _wait_until_asked_for(engine: Engine) -> None:
    """Wait until somebody waits for the entries."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with engine.connect() as tx:
            if tx.execute(_WAITING).scalar_one():
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits for the entries")


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _wait_for(client: httpx2.Client, path: str, status: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if client.get(path).status_code == status:
                return
        except httpx2.TransportError:
            pass  # nobody listens yet
        time.sleep(0.05)
    raise AssertionError(f"{path} never was {status}")


def _probe(client: httpx2.Client, ready: int) -> None:
    """Ask as a watcher does, for longer than it takes until it restarts what fails again and again."""
    for _ in range(12):
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == ready
        time.sleep(0.05)


def test_a_service_lives_while_its_index_is_built_and_searches_the_one_it_has_while_another_is(
    workspace: Path, engine: Engine
) -> None:
    """Entries that are locked take as long to read as the test likes."""
    port = _free_port()
    secret = process.make_key(workspace, "web", "service")
    look = {"signals": [{"type": "md5", "value": "07" * 16}]}
    with (
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, headers=process.bearer(secret)) as client,
        engine.connect() as holding,
    ):
        holding.execute(_LOCK)
        served = process.start(workspace, "--listen", f"127.0.0.1:{port}")
        try:
            _wait_for(client, "/health/live", 200)
            _wait_until_asked_for(engine)
            _probe(client, ready=503)
            answer = client.post("/api/v1/lookup", json=look)
            assert (answer.status_code, answer.json()["code"]) == (503, "opening")
            assert answer.headers["retry-after"] == "5"
            holding.rollback()
            process.wait_until_ready(served)
            assert client.get("/health/ready").json() == {"status": "ready", "troubles": []}

            with ThreadPoolExecutor(1) as thread, engine.begin() as other:
                other.execute(_PUBLISHED_ANEW)
                other.execute(text("LOCK TABLE bank_entries IN ROW SHARE MODE"))
                thread.submit(holding.execute, _LOCK)  # it waits for the change, and whoever reads that waits for it
                _wait_until_asked_for(engine)
            _wait_until_asked_for(engine)
            _probe(client, ready=200)
            assert client.post("/api/v1/lookup", json=look).json()["results"][0]["verdict"] == "no_known_match"
            holding.rollback()
        finally:
            process.end(served)
