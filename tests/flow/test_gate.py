"""The gate lets requests in by their keys, and writes down how keys are used without holding a request up."""

import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pytest

from safelight.access import queries
from safelight.access.api_key import NewApiKey
from safelight.access.probing import Alarm
from safelight.access.rate import Rate
from safelight.audit.queries import page_entries
from safelight.clock import SystemClock
from safelight.database.engine import open_engine
from safelight.database.transaction import read
from safelight.errors import DatabaseUnusable, RateLimited, Unauthenticated
from safelight.flow import access
from safelight.flow.gate import Gate, tell_alarm
from safelight.roles import Actor, ActorKind

USUAL = Rate(per_minute=60, burst=5)


@pytest.fixture
def secret(engine, clock, actor) -> str:
    return access.create_key(engine, clock, actor, NewApiKey(name="shop", role_name="service"))[1]


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def make_gate(engine, clock, told):
    """Open gates that write down only when asked to, and close them at the end."""
    opened: list[Gate] = []

    def make(**more) -> Gate:
        more = {"usual": USUAL, "probing_limit": 100, "tell": told.append, "every_s": 3600.0, **more}
        opened.append(Gate(engine, more.pop("clock", clock), **more))
        return opened[-1]

    yield make
    for gate in opened:
        gate.close()


def _uses(engine) -> int:
    with read(engine) as tx:
        return queries.find_key(tx, "shop").use_count


def _near_one_another(count: int) -> list[bytes]:
    draw = np.random.default_rng(1)
    middle, altered = int.from_bytes(draw.bytes(32), "big"), []
    for _ in range(count):
        one, other = (1 << int(place) for place in draw.choice(256, size=2, replace=False))
        altered.append((middle ^ one ^ other).to_bytes(32, "big"))
    return altered


def _wait_until(is_so: Callable[[], bool]) -> bool:
    give_up_at = time.monotonic() + 20
    while not is_so() and time.monotonic() < give_up_at:
        time.sleep(0.02)
    return is_so()


def test_a_request_is_let_in_by_its_key_as_often_as_it_may(make_gate, secret) -> None:
    gate = make_gate()
    assert gate.cached(secret) is None
    actor = gate.authenticate(secret)
    # It is believed for a second, in which a busy machine may do something else.
    assert _wait_until(lambda: gate.authenticate(secret) == gate.cached(secret) == actor)
    for _ in range(5):
        gate.charge(actor)
    with pytest.raises(RateLimited):
        gate.charge(actor)
    with pytest.raises(Unauthenticated):
        gate.authenticate("sl_nothing")


def test_a_key_of_its_own_rate_goes_by_that(make_gate, engine, clock, actor) -> None:
    new = NewApiKey(name="slow", role_name="service", rate=Rate(per_minute=1, burst=1))
    _, secret = access.create_key(engine, clock, actor, new)
    gate = make_gate()
    slow = gate.authenticate(secret)
    gate.charge(slow)
    with pytest.raises(RateLimited, match="1 requests a minute"):
        gate.charge(slow)


def test_uses_are_written_down_in_batches_and_when_it_closes(make_gate, engine, secret) -> None:
    gate = make_gate()
    for _ in range(10):
        gate.authenticate(secret)
    assert _uses(engine) == 0
    assert gate.hand_over()
    assert _uses(engine) == 10
    gate.authenticate(secret)
    gate.close()
    assert _uses(engine) == 11


def test_uses_are_written_down_by_themselves(make_gate, engine, secret) -> None:
    gate = make_gate(every_s=0.05)
    gate.authenticate(secret)
    assert _wait_until(lambda: _uses(engine) == 1)


def test_what_cannot_be_written_down_is_told_once_and_lost_never(make_gate, engine, secret, told, monkeypatch) -> None:
    gate = make_gate()
    actor = gate.authenticate(secret)
    gate.note_lookups(actor, [])

    def fail(_engine):
        raise DatabaseUnusable("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr("safelight.flow.gate.write", fail)
        assert [gate.hand_over(), gate.hand_over()] == [False, False]
    assert len(told) == 1
    assert "could not be written down" in told[0]
    assert gate.hand_over()
    assert _uses(engine) == 1


def test_probing_raises_an_alarm_that_is_on_record_and_told_at_once(make_gate, engine, secret, told) -> None:
    gate = make_gate()
    gate.note_lookups(gate.authenticate(secret), _near_one_another(400))
    assert _wait_until(lambda: bool(told))
    assert "API key shop (number 1)" in told[0]
    with read(engine) as tx:
        entries = [entry for entry in page_entries(tx) if entry.verb == "alarm_of_probing"]
        assert queries.find_key(tx, "shop").alarmed_at is not None
    assert [(entry.target, entry.actor.name) for entry in entries] == [("api_key:1", "look-up watch")]


def test_two_processes_that_watch_one_key_raise_one_alarm(make_gate, engine, secret, told) -> None:
    for gate in (make_gate(), make_gate()):
        gate.note_lookups(gate.authenticate(secret), _near_one_another(400))
        gate.hand_over()
    assert len(told) == 1


def test_nothing_that_was_looked_up_is_written_down_or_told(make_gate, engine, secret, told) -> None:
    gate, values = make_gate(), _near_one_another(400)
    gate.note_lookups(gate.authenticate(secret), values)
    gate.hand_over()
    assert _wait_until(lambda: bool(told))
    with read(engine) as tx:
        written = " ".join(str(entry) for entry in page_entries(tx)) + " ".join(told)
    assert not [value for value in values if value.hex()[:12] in written]


def test_an_alarm_about_somebody_without_a_key_is_told_too(make_gate, told) -> None:
    gate = make_gate()
    gate.note_lookups(Actor(kind=ActorKind.SERVICE, name="keyless"), _near_one_another(400))
    gate.hand_over()
    assert _wait_until(lambda: bool(told))
    assert told[0].startswith("keyless looked up")


def test_whoever_is_told_may_be_gone(make_gate, secret) -> None:
    def gone(_text: str) -> None:
        raise BrokenPipeError

    gate = make_gate(tell=gone)
    gate.note_lookups(gate.authenticate(secret), _near_one_another(400))
    assert gate.hand_over()


def test_an_alarm_says_what_it_may_mean_and_where_to_look() -> None:
    said = tell_alarm(Alarm(key_id=7, actor_name="shop", lookups=321))
    assert "321" in said
    assert "safelight api-key show 7" in said


_KILLED = """
import os, sys
from safelight.clock import SystemClock
from safelight.access.rate import Rate
from safelight.database.engine import open_engine
from safelight.flow.gate import Gate
engine = open_engine(sys.argv[1])
gate = Gate(engine, SystemClock(), usual=Rate(per_minute=1, burst=1), probing_limit=100, tell=print, every_s=3600)
for count in range(30):
    gate.authenticate(sys.argv[2])
    if count == 19:
        gate.hand_over()
os.kill(os.getpid(), 9)
"""


def test_a_kill_loses_the_last_batch_of_uses_and_no_more(engine, secret) -> None:
    address = engine.url.render_as_string(hide_password=False)
    done = subprocess.run([sys.executable, "-c", _KILLED, address, secret], check=False, capture_output=True)
    assert done.returncode == -9, done.stderr
    assert _uses(engine) == 20


def test_a_key_that_is_revoked_by_another_process_stops_counting_within_a_second(engine, actor, make_gate) -> None:
    clock = SystemClock()
    _, secret = access.create_key(engine, clock, actor, NewApiKey(name="brief", role_name="service"))
    gate, other = make_gate(clock=clock), open_engine(engine.url)
    gate.authenticate(secret)
    access.revoke_key(other, clock, actor, "brief")
    revoked_at = time.monotonic()
    other.dispose()
    with pytest.raises(Unauthenticated):  # noqa: PT012 - asked again and again until it is refused
        while time.monotonic() - revoked_at < 1.0:
            _ = gate.cached(secret) or gate.authenticate(secret)
    assert time.monotonic() - revoked_at < 1.0


def test_distances_that_were_told_are_on_record_by_key(engine, clock, make_gate) -> None:
    gate, shop = make_gate(), Actor(kind=ActorKind.SERVICE, name="shop", key_id=7)
    for _ in range(3):
        gate.note_distances(shop, 2)
    gate.hand_over()
    assert _told_distances(engine) == []  # they are gathered for a while
    gate.close()
    assert _told_distances(engine) == [("shop", "api_key:7", 6)]


def _told_distances(engine) -> list[tuple[str, str, object]]:
    with read(engine) as tx:
        entries = [entry for entry in page_entries(tx) if entry.verb == "tell_distances"]
    return [(entry.actor.name, entry.target, (entry.details or {}).get("distances")) for entry in entries]
