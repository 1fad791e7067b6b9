"""What tests of outgoing connections need: a public host, a secret one, names that lead to them, and an outlet.

All of 127.0.0.0/8 is this machine. 127.0.0.2 stands for the public internet, because the rule lets it through; at
127.0.0.1 listens what nobody outside may reach.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from safelight.outbound.address import read_networks
from safelight.outbound.guard import HostPattern, Rule
from safelight.outbound.limits import Limits
from safelight.outbound.outlet import Outlet
from safelight.testing.certificates import TrialAuthority
from safelight.testing.name_server import TrialNameServer, trial_name_server
from safelight.testing.web_server import Asked, Script, TrialServer, plain_answer, trial_server

PUBLIC, SECRET = "127.0.0.2", "127.0.0.1"
Serve = Callable[..., TrialServer]
Names = Callable[..., TrialNameServer]


def secret_answer(_: Asked) -> bytes:
    return plain_answer(b"secret", content_type="image/png")


@pytest.fixture(scope="session")
def authority() -> TrialAuthority:
    return TrialAuthority()


@pytest.fixture
def outlet(authority: TrialAuthority) -> Outlet:
    return Outlet(authority.trust())


@pytest.fixture
def limits() -> Limits:
    return Limits(seconds=5, silence_seconds=5, max_bytes=1000)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Run a server at the public address, or at another that is named."""
    with ExitStack() as stack:

        def run(script: Script, **more: object) -> TrialServer:
            given = {"address": PUBLIC, **more}
            return stack.enter_context(trial_server(script, **given))  # type: ignore[arg-type]

        yield run


@pytest.fixture
def trial(serve: Serve, names: Names, outlet: Outlet, limits: Limits, rule_of: Callable[..., Rule]) -> SimpleNamespace:
    """All of these at once, for tests that need most of them."""
    return SimpleNamespace(serve=serve, names=names, outlet=outlet, limits=limits, rule_of=rule_of)


@pytest.fixture
def secret(serve: Serve) -> TrialServer:
    """What nobody outside may reach."""
    return serve(secret_answer, address=SECRET)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    """Let names be resolved by a name server of our own, for all of this process."""
    with ExitStack() as stack:

        def run(**answers: list[list[str]]) -> TrialNameServer:
            dotted = {name.replace("_", "."): each for name, each in answers.items()}
            server = stack.enter_context(trial_name_server(dotted))
            monkeypatch.setattr(socket, "getaddrinfo", server.resolve)
            return server

        yield run


@pytest.fixture
def rule_of() -> Callable[..., Rule]:
    """Make a rule that allows hosts with a port, over plain HTTP too, and lets the public address through."""

    def make(*hosts: str, port: int, **more: object) -> Rule:
        patterns = tuple(HostPattern(name=host, is_suffix=False, port=port) for host in hosts)
        given = {"schemes": frozenset({"http", "https"}), "let_through": read_networks([PUBLIC]), **more}
        return Rule(hosts=patterns, **given)  # type: ignore[arg-type]

    return make
