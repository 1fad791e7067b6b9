"""A service as operators run it: started, asked, followed by a second one, stopped."""

import hashlib
import importlib.util
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pyrage
import pytest

import safelight
from safelight.banks.entry import NewEntry
from safelight.cli.main import main
from safelight.flow.banks import edits as banks
from safelight.web.listening import Address, bound_port, listen

_PROCESS = Path(__file__).parent / "serving_process.py"
_SPEC = importlib.util.spec_from_file_location("serving_process", _PROCESS)
assert _SPEC is not None
assert _SPEC.loader is not None
process = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(process)


def _lookup(client, secret: str, value: bytes) -> str:
    asked = {"signals": [{"type": "md5", "value": value.hex()}]}
    answer = client.post("/api/v1/lookup", json=asked, headers=process.bearer(secret))
    assert answer.status_code == 200, answer.text
    return answer.json()["results"][0]["verdict"]


def _add(workspace: Path, bank: str, value: bytes) -> None:
    with safelight.open_workspace(workspace) as house:
        entry = NewEntry(signal_type="md5", value=value)
        banks.add_entries(house.engine, house.clock, house.actor, bank=bank, entries=[entry])


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    safelight.create_workspace(tmp_path / "workspace")
    return tmp_path / "workspace"


def _fill(workspace: Path) -> None:
    with safelight.open_workspace(workspace) as house:
        banks.create_bank(house.engine, house.clock, house.actor, name="known")
    _add(workspace, "known", b"\1" * 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A service that runs, with a bank and keys to seal by, and a port for which nobody needs a key."""

    workspace: Path
    client: httpx2.Client
    keyless: str


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start one service for tests that each bring what they ask about: to start a process takes longer than to ask."""
    folder = tmp_path_factory.mktemp("serving")
    workspace, to = folder / "workspace", str(pyrage.x25519.Identity.generate().to_public())
    safelight.create_workspace(workspace)
    _fill(workspace)
    for words in (["key", "create"], ["key", "export", str(folder / "keys.age"), "--to", to]):
        assert main([*words, "-w", str(workspace)]) == 0
    with process.serving(workspace, "--keyless-port", "0") as (served, client):
        _, keyless = served.addresses
        yield Running(workspace=workspace, client=client, keyless=keyless)


def _wait_for_exact(client: Any, secret: str, value: bytes) -> None:
    """Wait until what was added to a bank is what the service matches against."""
    deadline = time.monotonic() + 10
    while _lookup(client, secret, value) != "exact":
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_console_can_be_served_alone(workspace: Path) -> None:
    with process.serving(workspace, "--role", "console") as (_, client):
        assert client.get("/sign-in", headers={"Host": "localhost:8680"}).status_code == 200
        assert client.get("/sign-in").status_code == 421  # under another name than its own
        assert client.get("/api/v1/banks", headers={"Host": "localhost:8680"}).status_code == 404
        assert client.get("/health/live").status_code == 200


def test_a_service_starts_on_an_empty_workspace_answers_and_stops(workspace: Path) -> None:
    with process.serving(workspace) as (_, client):
        assert client.get("/health/ready").json()["status"] == "ready"
        assert client.get("/api/v1/banks").status_code == 401
        secret = process.make_key(workspace, "admin")
        assert client.get("/api/v1/banks", headers=process.bearer(secret)).json() == {"items": [], "next": None}
        nothing = client.post(
            "/api/v1/lookup",
            json={"signals": [{"type": "md5", "value": "00" * 16}]},
            headers=process.bearer(secret),
        )
        assert nothing.json()["code"] == "nothing_to_match"


def test_a_key_that_is_revoked_is_refused_within_a_second(running: Running) -> None:
    client, secret = running.client, process.make_key(running.workspace, "web", "service")
    assert _lookup(client, secret, b"\1" * 16) == "exact"
    with safelight.open_workspace(running.workspace) as house:
        process.access.revoke_key(house.engine, house.clock, house.actor, "web")
    deadline = time.monotonic() + 1.2
    while client.get("/api/v1/banks", headers=process.bearer(secret)).status_code != 401:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_keyless_port_answers_look_ups_alone_and_nothing_that_was_passed_on(running: Running) -> None:
    client, keyless = running.client, running.keyless
    asked = {"signals": [{"type": "md5", "value": "01" * 16}]}
    answer = client.post(f"{keyless}/api/v1/lookup", json=asked)
    assert answer.json()["results"][0]["verdict"] == "exact"
    assert client.get(f"{keyless}/api/v1/jobs").status_code == 403
    passed_on = client.post(f"{keyless}/api/v1/lookup", json=asked, headers={"X-Forwarded-For": "192.0.2.1"})
    assert passed_on.status_code == 403
    assert client.post("/api/v1/lookup", json=asked).status_code == 401


@pytest.mark.long
def test_a_second_service_on_the_same_postgresql_matches_what_is_added_within_a_second(
    tmp_path: Path, postgresql_server, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgresql_server.psql("DROP DATABASE IF EXISTS serving WITH (FORCE);")
    postgresql_server.psql("CREATE DATABASE serving;")
    monkeypatch.setenv("SAFELIGHT_DATABASE_URL", str(postgresql_server.get_uri(database="serving")))
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        safelight.create_workspace(folder)
    _fill(folders[0])
    secret = process.make_key(folders[0], "web", "service")
    with process.serving(folders[0]) as (_, first), process.serving(folders[1]) as (_, second):
        assert [_lookup(client, secret, b"\2" * 16) for client in (first, second)] == ["no_known_match"] * 2
        _add(folders[0], "known", b"\2" * 16)
        started_at = time.monotonic()
        while [_lookup(client, secret, b"\2" * 16) for client in (first, second)] != ["exact"] * 2:
            assert time.monotonic() < started_at + 1
            time.sleep(0.02)


def test_twins_in_flight_get_one_answer_and_one_case(running: Running) -> None:
    media = b"benign, listed by its MD5"
    _add(running.workspace, "known", hashlib.md5(media).digest())
    secret = process.make_key(running.workspace, "uploads", "service")
    _wait_for_exact(running.client, secret, hashlib.md5(media).digest())
    headers = process.bearer(secret) | {"Idempotency-Key": "upload-1"}
    with ThreadPoolExecutor(4) as threads:
        answers = list(
            threads.map(lambda _: running.client.post("/api/v1/scan", content=media, headers=headers).json(), range(8))
        )
    assert [answer["verdict"] for answer in answers] == ["exact"] * 8
    assert len({(answer["scan"], answer["evidence"], answer["case"]) for answer in answers}) == 1
    assert [answer["is_repeat"] for answer in answers].count(False) == 1


@pytest.mark.usefixtures("logs_as_before")
def test_an_address_that_is_taken_is_told(workspace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with closing(listen(Address(host="127.0.0.1", port=0))) as taken:
        address = f"127.0.0.1:{bound_port(taken)}"
        assert main(["serve", "--listen", address, "-w", str(workspace)]) == 64
    assert "already in use" in capfd.readouterr().err
