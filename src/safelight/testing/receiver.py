"""A receiver of notices, for tests and trials: it checks each as the documentation says, and keeps what it believed."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from safelight.clock import Clock, SystemClock
from safelight.errors import InvalidValue
from safelight.notices.signature import HEADER, verify_signature
from safelight.testing.certificates import TrialAuthority
from safelight.testing.web_server import Asked, TrialServer, plain_answer, trial_server

__all__ = ["Receiver", "trial_receiver", "verify_signature"]


@dataclass(slots=True, kw_only=True)
class Receiver:
    """A running receiver over TLS. `statuses` are answered in turn; when they have run out, 204.

    `events` are those that were believed, `refused` counts the others. `secrets` are set by who adds the address.
    """

    clock: Clock = field(default_factory=SystemClock)
    secrets: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    refused: int = 0
    server: TrialServer | None = None

    @property
    def url(self) -> str:
        """Where to post."""
        port = self.server.port if self.server else 0
        return f"https://127.0.0.1:{port}/hooks/a-secret-path"

    def answer(self, asked: Asked) -> bytes:
        """Check one notice and answer: 401 for one that is not to be believed."""
        try:
            verify_signature(asked.headers.get(HEADER.lower(), ""), asked.body, self.secrets, self.clock.now())
        except InvalidValue:
            self.refused += 1
            return plain_answer(status="401 Unauthorized")
        self.events.append(json.loads(asked.body))
        return plain_answer(status=f"{self.statuses.pop(0) if self.statuses else 204} Told")


@contextmanager
def trial_receiver(authority: TrialAuthority, clock: Clock | None = None) -> Iterator[Receiver]:
    """Run a receiver on this machine, with a certificate of that authority, until the block ends."""
    receiver = Receiver(clock=clock or SystemClock())
    answer: Callable[[Asked], bytes] = receiver.answer
    with trial_server(answer, tls=authority.server(["127.0.0.1"])) as server:
        receiver.server = server
        yield receiver
