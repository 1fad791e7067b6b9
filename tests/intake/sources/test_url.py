"""Media is fetched through the guard, sealed as it comes; what cannot be had whole is told with its reason."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from safelight.errors import StoreUnusable
from safelight.flow.chain import scan
from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.hashing.signal import NoSignal, Reason
from safelight.intake.media import Origin
from safelight.intake.sources.interface import Obstacle, Unopenable
from safelight.intake.sources.url import Fetching, UrlArrival, UrlSource
from safelight.intake.spool import Spool
from safelight.matching.match import Verdict
from safelight.outbound.address import read_networks
from safelight.outbound.guard import HostPattern, Rule
from safelight.outbound.limits import Limits
from safelight.outbound.outlet import Outlet
from safelight.testing.web_server import Asked, Script, TrialServer, plain_answer, trial_server

BODY = b"benign " * 100_000
LIMITS = Limits(seconds=5, silence_seconds=5, max_bytes=1 << 20, content_types=("image/*",))


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path / "spool", memory_bytes=1000) as spool:
        yield spool


@pytest.fixture
def serve(spool: Spool) -> Iterator[Callable[..., UrlArrival]]:
    """Serve by a script, and give the arrival of its URL."""
    with ExitStack() as stack:

        def run(script: Script, limits: Limits = LIMITS, **more: Any) -> UrlArrival:
            server: TrialServer = stack.enter_context(trial_server(script))
            hosts = (HostPattern(name="127.0.0.1", is_suffix=False, port=server.port),)
            through = read_networks(["127.0.0.1"])
            given = {"schemes": frozenset({"http"}), "let_through": through, "most_redirects": 1, **more}
            fetching = Fetching(outlet=Outlet(), rule=Rule(hosts=hosts, **given), limits=limits, spool=spool)
            return UrlArrival(url=f"http://127.0.0.1:{server.port}/a.png", fetching=fetching)

        yield run


Serve = Callable[..., UrlArrival]


def _picture(_: Asked) -> bytes:
    return plain_answer(BODY, content_type="image/png")


def test_what_is_fetched_can_be_read_by_range_and_is_nowhere_in_the_clear(serve: Serve, tmp_path: Path) -> None:
    arrival = serve(_picture)
    with arrival.open() as content:
        assert (content.size_bytes, content.read(7, 7)) == (len(BODY), b"benign ")
        files = [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size]
        assert sum(path.stat().st_size for path in files) > len(BODY)
        assert not any(b"benign" in path.read_bytes() for path in files)
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size] == []


def test_a_url_tells_nothing_of_itself_beforehand_and_is_no_origin(serve: Serve) -> None:
    arrival = serve(_picture)
    assert (arrival.stamp, arrival.origin) == (None, Origin())
    assert arrival.name == arrival.url.encode()


def _slow(_: Asked) -> Iterator[bytes]:
    yield _picture(_)[:1000]
    time.sleep(0.5)


FAULTS: list[tuple[Script, Limits, Obstacle]] = [
    (lambda _: plain_answer(status="404 Not Found"), LIMITS, Obstacle.UNREADABLE),
    (lambda _: _picture(_)[:-1], LIMITS, Obstacle.UNREADABLE),
    (lambda _: b"", LIMITS, Obstacle.UNREADABLE),
    (lambda _: b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + BODY, LIMITS, Obstacle.UNREADABLE),
    (lambda _: plain_answer(BODY, content_type="text/html"), LIMITS, Obstacle.REFUSED),
    (lambda _: plain_answer(status="302 Found", Location="http://10.0.0.1/"), LIMITS, Obstacle.REFUSED),
    (lambda _: plain_answer(status="302 Found", Location="/a.png"), LIMITS, Obstacle.REFUSED),
    (_picture, Limits(seconds=5, max_bytes=1000), Obstacle.TOO_LARGE),
    (_slow, Limits(seconds=0.2, max_bytes=1 << 20), Obstacle.TIMED_OUT),
]


@pytest.mark.parametrize(("script", "limits", "obstacle"), FAULTS)
def test_what_cannot_be_had_whole_is_not_scanned_with_its_reason(
    serve: Serve, script: Script, limits: Limits, obstacle: Obstacle, clock: Any
) -> None:
    arrival = serve(script, limits)
    with pytest.raises(Unopenable) as caught, arrival.open():
        pass
    assert caught.value.obstacle is obstacle
    assert "127.0.0.1" not in caught.value.detail
    result = scan(arrival, clock=clock, hashers=[CryptographicHasher()], take_snapshot=lambda: None)
    assert result.verdict is Verdict.NOT_SCANNED
    assert {each.reason for each in result.answers if isinstance(each, NoSignal)} == {Reason(obstacle.value)}


def test_a_host_that_is_not_listed_is_refused_and_never_asked(serve: Serve) -> None:
    arrival = serve(_picture)
    other = UrlArrival(url="http://127.0.0.2/a.png", fetching=arrival.fetching)
    with pytest.raises(Unopenable) as caught, other.open():
        pass
    assert caught.value.obstacle is Obstacle.REFUSED


def test_a_spool_of_ours_that_fails_says_nothing_of_the_media(serve: Serve, tmp_path: Path) -> None:
    arrival = serve(_picture)
    (tmp_path / "spool").write_bytes(b"in the way")
    with pytest.raises(StoreUnusable), arrival.open():
        pass


def test_a_fault_that_follows_while_it_is_used_is_not_taken_for_one_of_the_url(serve: Serve) -> None:
    with pytest.raises(ZeroDivisionError), serve(_picture).open():
        raise ZeroDivisionError


def test_each_url_arrives_once(serve: Serve) -> None:
    arrival = serve(_picture)
    source = UrlSource(urls=(arrival.url, "http://other/", arrival.url), fetching=arrival.fetching)
    assert [each.url for each in source.arrivals()] == [arrival.url, "http://other/"]
