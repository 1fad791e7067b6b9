"""A name is resolved once, and what was judged is what is connected to."""

import logging
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from safelight.errors import OutboundFailed, OutboundRefused, OutboundTimedOut
from safelight.outbound.address import parse_address, read_networks, refusal_of
from safelight.outbound.connection import GuardedBackend, judged_addresses
from safelight.outbound.guard import Rule, read_target
from safelight.outbound.limits import Deadline, Limits
from safelight.outbound.outlet import Outlet
from safelight.testing.certificates import TrialAuthority
from safelight.testing.web_server import Asked, TrialServer, plain_answer

THROUGH = read_networks(["127.0.0.2", "127.0.0.3"])
RuleOf = Callable[..., Rule]
Serve = Callable[..., TrialServer]
Names = Callable[..., Any]


def _careless_fetch(url: str) -> bytes:
    """Do what so many do: judge what the name leads to, and then let the library resolve it once more."""
    host, port = httpx2.URL(url).host, httpx2.URL(url).port or 80
    for *_, place in socket.getaddrinfo(host, port):
        address = parse_address(place[0])
        assert address is not None
        assert refusal_of(address, THROUGH) is None
    return httpx2.get(url, trust_env=False).content


def test_a_name_that_rebinds_gets_the_connection_to_what_was_judged(secret: TrialServer, trial: Any) -> None:
    server = trial.names(media_example=[["127.0.0.2"], ["127.0.0.1"]])
    public = trial.serve(lambda _: plain_answer(b"public"), port=secret.port)
    url, rule = f"http://media.example:{secret.port}/", trial.rule_of("media.example", port=secret.port)
    with trial.outlet.fetch(url, rule, trial.limits) as fetched:
        assert b"".join(fetched.pieces) == b"public"
    assert server.asked == {"media.example": 1}
    assert (public.connections, secret.connections) == (1, 0)


def test_a_careless_fetch_is_taken_in_by_the_same_name(secret: TrialServer, serve: Serve, names: Names) -> None:
    names(media_example=[["127.0.0.2"], ["127.0.0.1"]])
    public = serve(lambda _: plain_answer(b"public"), port=secret.port)
    assert _careless_fetch(f"http://media.example:{secret.port}/") == b"secret"
    assert (public.connections, secret.connections) == (0, 1)


def test_a_name_that_has_rebound_by_the_second_fetch_is_refused_then(secret: TrialServer, trial: Any) -> None:
    trial.names(media_example=[["127.0.0.2"], ["127.0.0.1"]])
    trial.serve(lambda _: plain_answer(b"public"), port=secret.port)
    url, rule = f"http://media.example:{secret.port}/", trial.rule_of("media.example", port=secret.port)
    with trial.outlet.fetch(url, rule, trial.limits):
        pass
    with pytest.raises(OutboundRefused, match="a loopback address"), trial.outlet.fetch(url, rule, trial.limits):
        pass
    assert secret.connections == 0


def test_a_name_that_rebinds_within_a_redirect_is_refused(secret: TrialServer, trial: Any) -> None:
    trial.names(media_example=[["127.0.0.2"], ["127.0.0.1"]])
    public = trial.serve(lambda _: plain_answer(status="302 Found", Location="/again"), port=secret.port)
    url, rule = (
        f"http://media.example:{secret.port}/",
        trial.rule_of("media.example", port=secret.port, most_redirects=3),
    )
    with pytest.raises(OutboundRefused, match="a loopback address"), trial.outlet.fetch(url, rule, trial.limits):
        pass
    assert (public.connections, secret.connections) == (1, 0)


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["127.0.0.2", "127.0.0.1"],
        ["127.0.0.2", "::1"],
        ["127.0.0.2", "::ffff:127.0.0.1"],
        ["169.254.169.254"],
        ["10.1.2.3"],
        ["0.0.0.0"],  # noqa: S104 - no binding
        ["::"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["fe80::1"],
        ["fd00:ec2::254"],
    ],
)
def test_a_name_with_one_address_that_is_not_public_is_refused_wholly(
    answer: list[str], secret: TrialServer, trial: Any
) -> None:
    trial.names(media_example=[answer])
    rule = trial.rule_of("media.example", port=secret.port)
    with pytest.raises(OutboundRefused), trial.outlet.fetch(f"http://media.example:{secret.port}/", rule, trial.limits):
        pass
    assert secret.connections == 0


def test_an_address_with_a_zone_is_refused(monkeypatch: pytest.MonkeyPatch, limits: Limits, rule_of: RuleOf) -> None:
    place = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1%lo", 80, 0, 1))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [place])
    target = read_target("http://media.example/", rule_of("media.example", port=80))
    with pytest.raises(OutboundRefused, match="a link-local address"):
        judged_addresses(target, (), Deadline(limits))


def test_an_address_that_does_not_answer_lets_the_next_one_have_its_turn(
    serve: Serve, names: Names, outlet: Outlet, limits: Limits, rule_of: RuleOf
) -> None:
    names(media_example=[["127.0.0.3", "127.0.0.2"]])
    public = serve(lambda _: plain_answer(b"public"))
    rule = rule_of("media.example", port=public.port, let_through=THROUGH)
    with outlet.fetch(f"http://media.example:{public.port}/", rule, limits) as fetched:
        assert b"".join(fetched.pieces) == b"public"


def test_a_host_at_which_nothing_answers_fails(
    names: Names, outlet: Outlet, limits: Limits, rule_of: RuleOf, serve: Serve
) -> None:
    names(media_example=[["127.0.0.3"]])
    port = serve(lambda _: b"").port
    rule = rule_of("media.example", port=port, let_through=THROUGH)
    with (
        pytest.raises(OutboundFailed, match="connected to"),
        outlet.fetch(f"http://media.example:{port}/", rule, limits),
    ):
        pass


def test_a_name_that_nobody_knows_fails(names: Names, outlet: Outlet, limits: Limits, rule_of: RuleOf) -> None:
    names(other_example=[["127.0.0.2"]])
    rule = rule_of("media.example", port=80)
    with pytest.raises(OutboundFailed, match="resolved"), outlet.fetch("http://media.example/", rule, limits):
        pass


def test_a_resolver_that_is_silent_ends_with_the_deadline(
    monkeypatch: pytest.MonkeyPatch, outlet: Outlet, rule_of: RuleOf
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1))
    began, rule = time.monotonic(), rule_of("media.example", port=80)
    with pytest.raises(OutboundTimedOut), outlet.fetch("http://media.example/", rule, Limits(seconds=0.2)):
        pass
    assert time.monotonic() - began < 0.8


def test_a_backend_connects_to_its_own_target_alone(limits: Limits, rule_of: RuleOf) -> None:
    target = read_target("http://media.example/", rule_of("media.example", port=80))
    backend = GuardedBackend(target, (), Deadline(limits))
    for host, port in (("127.0.0.1", 80), ("media.example", 81)):
        with pytest.raises(OutboundRefused, match="two ways"):
            backend.connect_tcp(host, port)


def _tls_fetch(
    shown: list[str], authority: TrialAuthority, trial: Any, outlet: Outlet
) -> tuple[TrialServer, list[str | None], bytes]:
    name, seen = "media.example", list[str | None]()
    context = authority.server(shown)
    context.sni_callback = lambda _socket, told, _context: seen.append(told)
    public = trial.serve(lambda _: plain_answer(b"public"), tls=context)
    trial.names(media_example=[["127.0.0.2"]])
    rule = trial.rule_of(name, port=public.port)
    with outlet.fetch(f"https://{name}:{public.port}/", rule, Limits(seconds=5)) as fetched:
        return public, seen, b"".join(fetched.pieces)


def test_tls_and_the_host_header_go_by_the_name_though_an_address_is_connected_to(
    authority: TrialAuthority, trial: Any
) -> None:
    public, seen, body = _tls_fetch(["media.example"], authority, trial, trial.outlet)
    assert (seen, body) == (["media.example"], b"public")
    assert public.asked[0].headers["host"] == f"media.example:{public.port}"


@pytest.mark.parametrize("shown", ["other.example", "127.0.0.2"])
def test_a_certificate_for_another_name_or_for_the_address_is_refused(
    shown: str, authority: TrialAuthority, trial: Any
) -> None:
    with pytest.raises(OutboundFailed, match="certificate"):
        _tls_fetch([shown], authority, trial, trial.outlet)


def test_a_certificate_by_an_authority_that_does_not_count_is_refused(
    trial: Any,
) -> None:
    usual = Outlet(ssl.create_default_context())
    with pytest.raises(OutboundFailed, match="certificate"):
        _tls_fetch(["media.example"], TrialAuthority(), trial, usual)


def test_the_library_logs_nothing_of_what_is_asked_for(trial: Any, caplog: pytest.LogCaptureFixture) -> None:
    trial.names(media_example=[["127.0.0.2"]])
    public = trial.serve(lambda _: plain_answer(b"public"))
    with caplog.at_level(logging.DEBUG):
        rule = trial.rule_of("media.example", port=public.port)
        with trial.outlet.fetch(f"http://media.example:{public.port}/private", rule, trial.limits) as fetched:
            list(fetched.pieces)
    assert caplog.records == []


def test_a_request_that_is_drunk_slowly_ends_with_the_deadline(
    serve: Serve, rule_of: RuleOf, outlet: Outlet, names: Names
) -> None:
    def drip(_: Asked) -> Any:
        for byte in plain_answer(b"x" * 1000):
            yield bytes([byte])
            time.sleep(0.02)

    names(media_example=[["127.0.0.2"]])
    public = serve(drip)
    began, rule = time.monotonic(), rule_of("media.example", port=public.port)
    url, limits = f"http://media.example:{public.port}/", Limits(seconds=0.4, silence_seconds=0.3)
    with pytest.raises(OutboundTimedOut), outlet.fetch(url, rule, limits) as fetched:
        list(fetched.pieces)
    assert time.monotonic() - began < 1.5
