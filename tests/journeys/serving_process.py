"""A service as a process of its own, for tests: `safelight serve` on a free port, and requests to it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from safelight.access.api_key import NewApiKey
from safelight.app import open_workspace
from safelight.flow import access


def make_key(workspace: Path, name: str, role: str = "admin") -> str:
    """Make an API key of a role and return its secret."""
    with open_workspace(workspace) as house:
        _, secret = access.create_key(house.engine, house.clock, house.actor, NewApiKey(name=name, role_name=role))
        return secret


class Served(subprocess.Popen[str]):
    """The process of a service, and all addresses that it answers on once it is ready."""

    addresses: list[str]


def start(workspace: Path, *more: str, command: str = "serve", **settings: object) -> Served:
    """Start a service, or another command that runs until it is stopped, with these settings; what it says is piped."""
    listening = ["--listen", "127.0.0.1:0"] if command == "serve" and "--listen" not in more else []
    words = [sys.executable, "-m", "safelight", command, *listening, "-w", str(workspace), *more]
    usual = {"scan_workers": 1, "follow_seconds": 0.05}
    environment = {f"SAFELIGHT_{name.upper()}": str(value) for name, value in (usual | settings).items()}
    return Served(words, stdout=subprocess.PIPE, text=True, env=os.environ | environment)


def wait_until_ready(process: subprocess.Popen[str]) -> list[str]:
    """Wait until a service says that it is ready, and return the addresses that it answers on."""
    assert process.stdout is not None
    ready = process.stdout.readline()
    assert ready.startswith("Ready: "), ready
    return ready.removeprefix("Ready: ").strip().split(", ")


def end(process: subprocess.Popen[str]) -> None:
    """Kill what is left of a process."""
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@contextmanager
def serving(workspace: Path, *more: str, **settings: object) -> Iterator[tuple[Served, httpx2.Client]]:
    """Give the process of a service and a client without a key; at the end it is asked to stop, and must."""
    process = start(workspace, *more, **settings)
    try:
        process.addresses = wait_until_ready(process)
        with httpx2.Client(base_url=process.addresses[0], timeout=30) as client:
            yield process, client
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        end(process)


def bearer(secret: str) -> dict[str, Any]:
    """Return the headers of a request with a key."""
    return {"Authorization": f"Bearer {secret}"}
