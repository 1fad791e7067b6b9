"""A service stands senders that keep to no rule: others are answered meanwhile, and nothing of them is left."""

import hashlib
import importlib.util
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pyrage
import pytest

import safelight
from safelight.banks.entry import NewEntry
from safelight.cli.main import main
from safelight.flow.banks import edits as banks


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


process, hostile = _load("serving_process"), _load("hostile_senders")

HEAD_S, SILENCE_S, WHOLE_S = 1.5, 1.5, 4.0
MOST_BYTES = 1 << 20
LISTED = b"benign, listed by its MD5"
SCAN, HASH, LOOKUP, HMA = "/api/v1/scan", "/api/v1/hash", "/api/v1/lookup", "/h/hash"
FORM = "Content-Type: multipart/form-data; boundary=b"
PART = b'--b\r\nContent-Disposition: form-data; name="%s"; filename="x"\r\n\r\n'
CHUNKED = "Transfer-Encoding: chunked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What can be seen of a service from outside, and must be the same before and after."""

    open_files: int
    spooled: int
    kept: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacked:
    """A running service, a sender that keeps to no rule, and a client that does."""

    pid: int
    workspace: Path
    sender: Any
    client: httpx2.Client

    def look(self) -> Seen:
        spooled = [path for path in (self.workspace / "spool").rglob("*") if path.suffix != ".lock" and path.is_file()]
        kept = [self.client.get(f"/api/v1/{what}?limit=1000").json()["items"] for what in ("cases", "evidence", "jobs")]
        lengths = tuple(map(len, kept))
        return Seen(open_files=hostile.open_files(self.pid), spooled=len(spooled), kept=lengths)

    def require_answers(self) -> None:
        """Ask as others do, and be answered."""
        asked = {"signals": [{"type": "md5", "value": "00" * 16}]}
        began_at = time.monotonic()
        assert self.client.post(LOOKUP, json=asked).status_code == 200
        assert self.client.post(HASH, content=b"benign").status_code == 200
        assert self.client.get("/health/ready").status_code == 200
        assert time.monotonic() - began_at < 10


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """Start one service, with short times and little room."""
    workspace = tmp_path_factory.mktemp("attacked") / "workspace"
    _fill(workspace)
    secret = process.make_key(workspace, "all")
    limits = {
        "REQUEST_HEAD_SECONDS": HEAD_S,
        "REQUEST_SILENCE_SECONDS": SILENCE_S,
        "REQUEST_SECONDS": WHOLE_S,
        "MAX_SPOOL_MIB": MOST_BYTES >> 20,
        "SPOOL_MEMORY_KIB": 16,
        "LOG_LEVEL": "error",
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in limits.items():
            environment.setenv(f"SAFELIGHT_{name}", str(value))
        with process.serving(workspace, "--threads", "1") as (running, client):
            client.headers.update(process.bearer(secret))
            sender = hostile.Sender(str(client.base_url), secret)
            yield Attacked(pid=running.pid, workspace=workspace, sender=sender, client=client)


def _fill(workspace: Path) -> None:
    safelight.create_workspace(workspace)
    to = str(pyrage.x25519.Identity.generate().to_public())
    for words in (["key", "create"], ["key", "export", str(workspace / "keys.age"), "--to", to]):
        assert main([*words, "-w", str(workspace)]) == 0
    with safelight.open_workspace(workspace) as house:
        banks.create_bank(house.engine, house.clock, house.actor, name="known")
        entry = NewEntry(signal_type="md5", value=hashlib.md5(LISTED).digest())
        banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=[entry])


@pytest.fixture
def attacked(served: Attacked) -> Iterator[Attacked]:
    """Attack the service in the block: afterwards it answers, and is as it was."""
    served.require_answers()
    before, memory = served.look(), hostile.memory_kib(served.pid)
    yield served
    served.require_answers()
    deadline = time.monotonic() + 20
    while (after := served.look()) != before:
        more = after.open_files - before.open_files
        if (after.spooled, after.kept) == (before.spooled, before.kept) and more <= 2:
            break  # a thread more has its own connection to the database
        assert time.monotonic() < deadline, f"{before} became {after}"
        time.sleep(0.1)
    assert hostile.memory_kib(served.pid) < memory + (48 << 10)


def test_who_is_slow_is_given_up_and_keeps_nobody_from_being_answered(attacked: Attacked) -> None:
    """All ways of being slow at once: headers and bodies that trickle, and bodies that stop."""
    sender = attacked.sender
    begun = {
        "headers": [b"GET /health/live HTTP/1.1\r\nx: "] * 60,
        "bodies": [sender.head("POST", path, "Content-Length: 100000") + b"x" for path in (SCAN, HASH, LOOKUP) * 3],
        "forms": [sender.head("POST", path, FORM, CHUNKED) + _chunk(PART % b"photo") for path in (SCAN, HMA) * 2],
        "silent": [
            *(sender.head("POST", path, "Content-Length: 9") for path in (SCAN, HASH, LOOKUP)),
            sender.head("POST", HMA, "Content-Length: 9", FORM),
            sender.head("POST", "/m/compare", "Content-Length: 9", "Content-Type: application/json"),
        ],
    }
    drips = {"headers": b"y", "bodies": b"y", "forms": b"", "silent": b""}
    began_at = time.monotonic()
    alive = {name: [_begin(sender, each) for each in sent] for name, sent in begun.items()}
    everybody = [sock for socks in alive.values() for sock in socks]
    while any(alive.values()):
        assert time.monotonic() - began_at < WHOLE_S + 20, {name: len(socks) for name, socks in alive.items()}
        alive = {name: hostile.trickle(socks, drips[name]) for name, socks in alive.items()}
        attacked.require_answers()
    for sock in everybody:
        sock.settimeout(10)
        told = hostile.statuses(hostile.read_all(sock))
        assert told in ([408], []), told  # none where it was reset before the answer was read
        sock.close()


def _begin(sender: Any, data: bytes) -> Any:
    sock = sender.connect()
    sock.sendall(data)
    return sock


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def test_a_body_that_is_announced_to_be_too_large_is_refused(attacked: Attacked) -> None:
    for path in (SCAN, HASH, LOOKUP):
        head = attacked.sender.head("POST", path, f"Content-Length: {1 << 34}")
        assert hostile.statuses(attacked.sender.send(head, b"x" * (6 << 20))) == [413], path


@pytest.mark.parametrize("path", [SCAN, LOOKUP, HMA])
def test_a_body_without_an_end_is_refused_and_not_read_on_for_ever(attacked: Attacked, path: str) -> None:
    form = (FORM,) if path == HMA else ()
    with attacked.sender.connect() as sock:
        sock.sendall(attacked.sender.head("POST", path, CHUNKED, *form) + (_chunk(PART % b"photo") if form else b""))
        with pytest.raises(ConnectionError):
            hostile.send_endlessly(sock, _chunk(b"x" * 50_000))
        assert hostile.statuses(hostile.read_all(sock)) in ([413], [])


@pytest.mark.parametrize("rudely", [False, True], ids=["closed", "reset"])
def test_who_goes_away_in_the_middle_leaves_nothing(attacked: Attacked, rudely: bool) -> None:
    """The bytes that came are those of listed media, and longer than what stays in memory: some are on disk already."""
    sender, long = attacked.sender, LISTED + b"x" * 40_000
    for path in (SCAN, HASH):
        for size in (0, 1, 17_000, 39_999):
            sender.send_and_leave(sender.head("POST", path, "Content-Length: 40025") + long[:size], rudely=rudely)
            sender.send_and_leave(sender.head("POST", path, CHUNKED) + _chunk(long[:size] or b"x"), rudely=rudely)
    for path, name in ((SCAN, b"media"), (HMA, b"photo")):
        form = sender.head("POST", path, FORM, "Content-Length: 50000") + PART % name + long
        for size in (120, len(form) // 2, len(form)):
            sender.send_and_leave(form[:size], rudely=rudely)
    sender.send_and_leave(sender.head("POST", LOOKUP, "Content-Length: 90") + b'{"signals": [', rudely=rudely)


LYING = (
    ["Content-Length: -1"],
    ["Content-Length: +25"],
    ["Content-Length: 0x19"],
    ["Content-Length: 25, 25"],
    ["Content-Length: 25 25"],
    ["Content-Length: ²5"],
    ["Content-Length: 99999999999999999999999"],
    ["Content-Length: 25", "Content-Length: 26"],
    ["Content-Length: 25", CHUNKED],
    [CHUNKED, "Content-Length: 25"],
    ["Transfer-Encoding: chunked, identity"],
    ["Transfer-Encoding: xchunked"],
    ["Transfer-Encoding : chunked"],
    [" Content-Length: 25"],
)


def test_a_length_that_lies_about_itself_is_refused(attacked: Attacked) -> None:
    """Whatever two programs could read in two ways is read in none: the media would match."""
    for headers in LYING:
        told = attacked.sender.send(attacked.sender.head("POST", SCAN, *headers) + LISTED)
        assert hostile.statuses(told) == [400], (headers, told)


def test_a_length_that_is_too_long_is_waited_for_in_vain(attacked: Attacked) -> None:
    told = attacked.sender.send(attacked.sender.head("POST", SCAN, f"Content-Length: {len(LISTED) + 1}") + LISTED)
    assert hostile.statuses(told) == [408]


def test_a_length_that_is_too_short_cuts_the_media_and_what_follows_is_no_request(attacked: Attacked) -> None:
    head = attacked.sender.head("POST", HASH, f"Content-Length: {len(LISTED) - 1}")
    told = attacked.sender.send(head + LISTED + b"\x00\r\n\r\n")
    assert hashlib.md5(LISTED[:-1]).hexdigest().encode() in told
    assert hostile.statuses(told) == [200]


NO_CHUNKS = (
    b"z\r\n",
    b"-1\r\nx\r\n",
    b"0x19\r\n" + LISTED + b"\r\n0\r\n\r\n",
    b"fffffffffffffffff\r\n",
    b"18\r\n" + LISTED + b"\r\n0\r\n\r\n",
    b"19\r\n" + LISTED + b"0\r\n\r\n",
    b"19\n" + LISTED + b"\n0\n\n",
    b"19 \r\n" + LISTED + b"\r\n0\r\n\r\n",
    b"\r\n19\r\n" + LISTED + b"\r\n0\r\n\r\n",
    LISTED,
)


def test_chunks_that_are_none_are_refused(attacked: Attacked) -> None:
    for body in NO_CHUNKS:
        told = attacked.sender.send(attacked.sender.head("POST", SCAN, CHUNKED) + body)
        assert hostile.statuses(told) == [400], (body, told)


def test_chunks_are_media_however_they_are_cut(served: Attacked) -> None:
    """The counterpart: what keeps to the rules is taken, one byte at a time too."""
    pieces = [bytes([each]) for each in LISTED]
    told = served.sender.send(served.sender.head("POST", HASH, CHUNKED, "Connection: close") + hostile.chunked(pieces))
    assert hostile.statuses(told) == [200]
    assert hashlib.md5(LISTED).hexdigest().encode() in told


def test_of_requests_in_a_row_each_is_answered_once_and_none_behind_rubbish_is_done(attacked: Attacked) -> None:
    sender = attacked.sender
    one = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    listed = sender.head("POST", SCAN, f"Content-Length: {len(LISTED)}") + LISTED
    told = sender.send(one * 500 + b"GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert hostile.statuses(told) == [200] * 501
    for rubbish in (b"\x00\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n: x\r\n\r\n", b"x" * 1000):
        told = sender.send(one * 3 + rubbish + listed)
        assert set(hostile.statuses(told)) <= {200, 400}
        assert hostile.statuses(told).count(200) <= 3


BEYOND_MEASURE = (
    b"GET /health/live HTTP/1.1\r\n" + b"x: y\r\n" * 30_000 + b"\r\n",
    b"GET /health/live HTTP/1.1\r\nx: " + b"y" * 200_000 + b"\r\n\r\n",
    b"GET /health/live?" + b"y" * 200_000 + b" HTTP/1.1\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\n" + b"y" * 200_000 + b": x\r\n\r\n",
)


def test_headers_beyond_measure_are_refused(attacked: Attacked) -> None:
    for sent in BEYOND_MEASURE:
        assert hostile.statuses(attacked.sender.send(sent)) == [431]


ODD = (
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET http://elsewhere/c/banks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET //elsewhere/c/banks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /api/v1/banks HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    b"GET /api/v1/banks HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
    b"GET /api/v1/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /api/v1/banks HTTP/1.0\r\n\r\n",
    b"GET /api/v1/banks\r\n\r\n",
    b"get /api/v1/banks HTTP/1.1\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    bytes(5000),
)


def test_what_is_odd_is_refused_and_is_no_fault_of_ours(attacked: Attacked) -> None:
    """None has a key, and nothing but health is answered without one."""
    for sent in ODD:
        answers = hostile.statuses(attacked.sender.send(sent))
        assert answers, sent
        assert all(400 <= status < 500 for status in answers), (sent, answers)


def test_more_idle_connections_than_there_may_be_keep_nobody_out(attacked: Attacked) -> None:
    idle = [attacked.sender.connect() for _ in range(1500)]
    try:
        for _ in range(3):
            attacked.require_answers()
        time.sleep(HEAD_S)
    finally:
        for sock in idle:
            sock.close()
