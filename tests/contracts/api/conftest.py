"""A real service on each database, with a bank, a case, evidence, a hold, a job and a scan that is known."""

import hashlib
import importlib.util
from collections.abc import Iterator
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

_PROCESS = Path(__file__).parents[2] / "journeys" / "serving_process.py"
_SPEC = importlib.util.spec_from_file_location("serving_process", _PROCESS)
assert _SPEC is not None
assert _SPEC.loader is not None
process = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(process)

LISTED = b"benign, listed by its MD5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running service: its address, a key that may do everything, and what is there by the names of parameters."""

    url: str
    secret: str
    known: dict[str, Any]

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        headers = process.bearer(self.secret) | more.pop("headers", {})
        return httpx2.request(method, f"{self.url}{path}", headers=headers, timeout=30, **more)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Start one service for all tests of a module, on each database."""
    workspace = tmp_path_factory.mktemp("served") / "workspace"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SAFELIGHT_LOG_LEVEL", "error")
        if request.param == "postgresql":
            server = request.getfixturevalue("postgresql_server")
            server.psql("DROP DATABASE IF EXISTS api WITH (FORCE);")
            server.psql("CREATE DATABASE api;")
            environment.setenv("SAFELIGHT_DATABASE_URL", str(server.get_uri(database="api")))
        _fill(workspace)
        secret = process.make_key(workspace, "all")
        with process.serving(workspace) as (_, client):
            client.headers.update(process.bearer(secret))
            yield Served(url=str(client.base_url), secret=secret, known=_known(client))


def _fill(workspace: Path) -> None:
    safelight.create_workspace(workspace)
    to = str(pyrage.x25519.Identity.generate().to_public())
    for words in (["key", "create"], ["key", "export", str(workspace / "keys.age"), "--to", to]):
        assert main([*words, "-w", str(workspace)]) == 0
    with safelight.open_workspace(workspace) as house:
        for name in ("known", "other"):
            banks.create_bank(house.engine, house.clock, house.actor, name=name)
        entries = [NewEntry(signal_type="md5", value=hashlib.md5(LISTED).digest(), label="A1", label_scheme="test")]
        banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=entries)


def _known(client: httpx2.Client) -> dict[str, Any]:
    """Return what is there, by the names that the document has for it."""
    context = '{"subject": {"id": "account-1"}}'
    scan = client.post(
        "/api/v1/scan", content=LISTED, headers={"Safelight-Context": context, "Idempotency-Key": "first"}
    ).json()
    entry = client.get("/api/v1/banks/known/entries").json()["items"][0]["entry"]
    job = client.get("/api/v1/jobs").json()["items"]
    return {
        "bank": "known",
        "entry": entry,
        "scan": scan["scan"],
        "case": scan["case"],
        "evidence": scan["evidence"],
        "job": job[0]["job"] if job else 1,
        "subject": "account-1",
    }
