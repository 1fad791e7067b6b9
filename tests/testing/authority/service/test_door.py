"""The door: who is let in, under which paths, and how calls meet their faults on the wire."""

import hashlib
import resource
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from lxml import etree

from safelight.testing.authority import FakeAuthority, Manners, State, Wanted, fake_authority


@pytest.mark.parametrize("base", ["", "/ispws", "/any/other/path"])
def test_calls_are_taken_under_any_path(caller: Any, fake: FakeAuthority, base: str) -> None:
    caller.address = fake.address.removesuffix("/ispws") + base
    assert caller.get("/status").code == 0


def test_other_resources_do_not_exist(caller: Any) -> None:
    assert [caller.get(path).code for path in ("/", "/statuses", "/STATUS")] == [1210] * 3
    assert caller.get("/nothing").status == 404


def test_calls_have_their_method(caller: Any, documents: Any) -> None:
    tried = [("GET", "/submit"), ("POST", "/status"), ("PUT", "/finish"), ("DELETE", "/xsd")]
    answers = [documents["read"](caller.call(method, path)) for method, path in tried]
    assert [(answer.status, answer.code) for answer in answers] == [(405, 4000)] * 4


def test_every_answer_has_a_request_id_of_its_own(caller: Any, fake: FakeAuthority) -> None:
    answers = [caller.get("/nothing"), caller.get("/status"), caller.send("/submit", "<"), caller.finish(1)]
    ids = [answer.headers["request-id"] for answer in answers]
    assert len(set(ids)) == 4
    _until(lambda: [made.request_id for made in fake.log.made()[-3:]] == ids[1:])


def test_nobody_is_let_in_without_credentials(fake: FakeAuthority, new_caller: Any) -> None:
    for calling in (
        new_caller(address=fake.address, password="wrong"),
        new_caller(address=fake.address, user="somebody"),
    ):
        answer = calling.upload(1, b"x" * 3_000_000)
        assert (answer.status, answer.code) == (401, 2000)
        assert answer.headers["www-authenticate"].startswith("Basic")
    assert httpx2.get(f"{fake.address}/status").status_code == 401


def test_manners_alter_how_refusals_are_told(new_caller: Any) -> None:
    manners = Manners(errors_in_200=True, bare_401=True, one_fileinfo=True)
    with fake_authority(Wanted(manners=manners)) as other:
        calling = new_caller(address=other.address)
        refused = [calling.send("/submit", "<"), calling.finish(1)]
        assert [(answer.status, answer.code) for answer in refused] == [(200, 4110), (200, 5001)]
        report_id = calling.submit()
        file_id = calling.upload(report_id).told["fileId"]
        assert [calling.describe(report_id, file_id).code for _ in range(2)] == [0, 4000]
        calling.password = "wrong"
        response = calling.call("GET", "/status")
    assert (response.status_code, response.content) == (401, b"")


@pytest.mark.parametrize(
    ("fault", "is_opened"),
    [("cut_early", False), ("cut_before", False), ("cut_after", True), ("cut_in_answer", True)],
)
def test_connections_are_cut(caller: Any, fake: FakeAuthority, documents: Any, fault: str, is_opened: bool) -> None:
    before = len(fake.reports())
    fake.faults.next("submit", fault)
    with pytest.raises(httpx2.TransportError):
        caller.send("/submit", documents["report"]())
    assert len(fake.reports()) == before + is_opened
    assert caller.get("/status").code == 0
    made = next(each for each in reversed(fake.log.made()) if each.call == "submit")
    assert (made.fault, made.codes) == (fault, (0,) if is_opened else ())


@pytest.mark.parametrize(
    ("fault", "status", "code", "is_opened"),
    [
        ("error_before", 500, 1000, False),
        ("error_after", 500, 1000, True),
        ("error_in_200", 200, 1000, False),
        ("error_in_200_after", 200, 1000, True),
        ("bare_401", 401, -1, False),
        ("bare_503_before", 503, -1, False),
        ("bare_503_after", 503, -1, True),
        ("wrong_type", 200, 0, True),
        ("drip", 200, 0, True),
        ("slow_before", 200, 0, True),
        ("slow_after", 200, 0, True),
    ],
)
def test_answers_are_other_than_what_was_done(
    caller: Any, fake: FakeAuthority, documents: Any, *, fault: str, status: int, code: int, is_opened: bool
) -> None:
    before = len(fake.reports())
    fake.faults.next("submit", fault, seconds=0.001)
    answer = caller.send("/submit", documents["report"]())
    assert (answer.status, answer.code) == (status, code)
    assert len(fake.reports()) == before + is_opened


@pytest.mark.parametrize("code", [1100, 1110, 1111, 1210, 1300, 2000, 3000, 3100, 3300, 4000, 4200, 5001, 5101, 9999])
def test_any_code_is_answered_on_demand(caller: Any, fake: FakeAuthority, code: int) -> None:
    fake.faults.next("status", "error_before", code=code)
    fake.faults.next("status", "error_in_200", code=code)
    assert [caller.get("/status").code for _ in range(3)] == [code, code, 0]


def test_a_duplicate_is_applied_twice(caller: Any, fake: FakeAuthority) -> None:
    before = len(fake.reports())
    fake.faults.next("submit", "duplicate")
    report_id = caller.submit()
    assert len(fake.reports()) == before + 2
    fake.faults.next("upload", "duplicate")
    caller.upload(report_id)
    report = fake.report(report_id)
    assert report is not None
    assert len({file.file_id for file in report.files}) == 2
    fake.faults.next("finish", "duplicate")
    assert caller.finish(report_id).code == 5102
    fake.faults.next("finish", "duplicate_first")
    assert caller.finish(report_id - 1).code == 0


def test_a_wrong_md5_is_echoed_though_the_right_file_came(caller: Any, fake: FakeAuthority) -> None:
    report_id = caller.submit()
    fake.faults.next("upload", "wrong_md5")
    answers = [caller.upload(report_id) for _ in range(2)]
    report = fake.report(report_id)
    assert report is not None
    assert {file.md5 for file in report.files} == {answers[1].told["hash"]}
    assert answers[0].told["hash"] != answers[1].told["hash"]


def test_a_truncated_answer_cannot_be_read(caller: Any, fake: FakeAuthority) -> None:
    fake.faults.next("status", "truncated")
    with pytest.raises(etree.XMLSyntaxError):
        caller.get("/status")


def test_what_is_slow_is_done_though_nobody_waits_any_more(caller: Any, fake: FakeAuthority, documents: Any) -> None:
    before = len(fake.reports())
    fake.faults.next("submit", "slow_before", seconds=0.3)
    caller.client.timeout = httpx2.Timeout(0.1)
    with pytest.raises(httpx2.TimeoutException):
        caller.send("/submit", documents["report"]())
    assert len(fake.reports()) == before
    _until(lambda: len(fake.reports()) == before + 1)


def test_a_client_that_goes_away_before_the_end_has_asked_nothing(caller: Any, fake: FakeAuthority) -> None:
    def broken_off() -> Any:
        yield b"--x\r\n"
        raise ConnectionError("gone")

    report_id = caller.submit()
    uploads = fake.counts["upload"]
    with pytest.raises(ConnectionError):
        caller.call(
            "POST", "/upload", content=broken_off(), headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
    _until(lambda: fake.counts["upload"] == uploads + 1 and fake.log.made()[-1].call == "upload")
    assert (fake.log.made()[-1].codes, fake.log.made()[-1].status) == ((), 0)
    report = fake.report(report_id)
    assert report is not None
    assert (report.files, report.state) == ((), State.OPEN)


def test_a_server_that_ends_waits_for_nothing_that_is_slow_on_purpose() -> None:
    with fake_authority() as other:
        other.faults.next(None, "slow_after", seconds=60)
        with pytest.raises(httpx2.TimeoutException):
            httpx2.get(f"{other.address}/status", timeout=0.1)
        began = time.monotonic()
    assert time.monotonic() - began < 5


def _until(is_so: Any) -> None:
    for _ in range(500):
        if is_so():
            return
        time.sleep(0.01)
    pytest.fail("it did not come about")


def test_the_same_seed_gives_the_same_answers(new_caller: Any) -> None:
    def answers() -> list[tuple[int, int]]:
        with fake_authority() as other:
            other.faults.by_seed(11, percent=50, faults=["error_in_200", "bare_503_after", "duplicate"])
            calling = new_caller(address=other.address)
            told = [calling.send("/submit", "<") for _ in range(20)] + [calling.get("/status") for _ in range(20)]
            return [(answer.status, answer.code) for answer in told]

    first = answers()
    assert first == answers()
    assert len(set(first)) == 4


@pytest.mark.long
def test_two_gigabytes_are_taken_in_without_keeping_them(caller: Any) -> None:
    """The fake runs in this process, so its memory is seen in ours."""
    piece, count = b"x" * (1 << 20), 2 << 10
    head = b'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n%d\r\n' % caller.submit()
    head += b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    digest = hashlib.md5()

    def pieces() -> Iterator[bytes]:
        yield head
        for _ in range(count):
            digest.update(piece)
            yield piece
        yield b"\r\n--x--\r\n"

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    told = etree.fromstring(caller.call("POST", "/upload", content=pieces(), headers=headers, timeout=120).content)
    assert told.findtext("hash") == digest.hexdigest()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10  # KiB
