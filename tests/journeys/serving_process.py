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


@contextmanager
def serving(workspace: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], httpx2.Client]]:
    """Give the process of a service and a client without a key; at the end it is asked to stop, and must.

    `process.addresses` are all that it answers on.
    """
    command = [sys.executable, "-m", "safelight", "serve", "--listen", "127.0.0.1:0", "-w", str(workspace), *more]
    environment = os.environ | {"SAFELIGHT_SCAN_WORKERS": "1", "SAFELIGHT_FOLLOW_SECONDS": "0.05"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready.startswith("Ready: "), ready
        process.addresses = ready.removeprefix("Ready: ").strip().split(", ")  # type: ignore[attr-defined]
        with httpx2.Client(base_url=process.addresses[0], timeout=30) as client:  # type: ignore[attr-defined]
            yield process, client
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def bearer(secret: str) -> dict[str, Any]:
    """Return the headers of a request with a key."""
    return {"Authorization": f"Bearer {secret}"}
