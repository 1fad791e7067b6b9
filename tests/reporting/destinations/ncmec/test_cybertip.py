"""The CyberTipline as a destination, against a running fake: nothing is taken for done that was not.

`filing.py` opens another report only where this one is known not to be filed: `reading.py` says why each answer is so.
"""

import hashlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from safelight.clock import FixedClock
from safelight.errors import InvalidValue, OutboundRefused
from safelight.intake.media import Answer as Whether
from safelight.outbound.address import read_networks
from safelight.outbound.outlet import Outlet
from safelight.reporting.destinations.interface import Answer, Destination, Done, Meaning, Refused, Unanswered, Uploaded
from safelight.reporting.destinations.ncmec.client import Patience
from safelight.reporting.destinations.ncmec.credentials import ProductionCredentials, TestCredentials
from safelight.reporting.destinations.ncmec.cybertip import CyberTip
from safelight.reporting.destinations.ncmec.response_code import ResponseCode
from safelight.reporting.destinations.ncmec.setup import NcmecSetup, Profile
from safelight.reporting.facts import CaseFacts, FileFacts
from safelight.reporting.paper import Paper
from safelight.review.exposure.viewing import Viewed
from safelight.testing.authority import FAKE_ACCOUNT, FakeAuthority, Manners, State, Wanted, fake_authority
from safelight.testing.authority.faults.fault import NAMED
from safelight.testing.web_server import Asked, plain_answer, trial_server

NOW = datetime.fromisoformat("2026-11-23T12:30:15Z")
LOOPBACK = read_networks(["127.0.0.1"])
DATA = b"benign bytes" * 10
OUTLET = Outlet()
CALLS = ("open", "upload", "describe", "finish", "retract")
PATHS = dict(zip(CALLS, ("submit", "upload", "fileinfo", "finish", "retract"), strict=True))
VIEWED = Viewed(answer=Whether.NO, sentence="Nothing was shown.")


@dataclass(frozen=True, slots=True)
class Bytes:
    """Content in memory."""

    data: bytes

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]


@pytest.fixture(scope="module")
def running() -> Iterator[FakeAuthority]:
    with fake_authority(clock=FixedClock(at=NOW)) as fake:
        yield fake


@pytest.fixture
def fake(running: FakeAuthority) -> FakeAuthority:
    running.faults.clear()
    return running


@pytest.fixture
def tip(profile: Profile) -> Callable[..., CyberTip]:
    """Make a destination at an address, as somebody."""

    def make(address: str, *, password: str = FAKE_ACCOUNT.password, seconds: float = 5.0) -> CyberTip:
        credentials = TestCredentials(username=FAKE_ACCOUNT.user, password=password)
        return CyberTip(
            name="ncmec",
            setup=NcmecSetup(credentials=credentials, root=address, profile=profile),
            outlet=OUTLET,
            clock=FixedClock(at=NOW),
            let_through=LOOPBACK,
            patience=Patience(seconds=seconds, silence_seconds=seconds),
        )

    return make


@dataclass
class Filer:
    """Takes a report as far as the call that a test is about, and makes that."""

    to: CyberTip
    paper: Paper

    def make(self, call: str, before: Callable[[], None] = lambda: None) -> Answer[Any]:
        if call == "open":
            before()
            return self.to.open(self.to.document(self.paper, "a-mark"))
        opened = self.make("open")
        assert isinstance(opened, Done)
        name = opened.value
        if call == "retract":
            before()
            return self.to.retract(name)
        if call == "upload":
            before()
        uploaded = self.to.upload(name, "e1", Bytes(DATA))
        if call == "upload":
            return uploaded
        assert isinstance(uploaded, Done)
        file_id = uploaded.value.file_id
        if call == "describe":
            before()
        told = {"evidence_id": "e1", "authority_id": name, "file_id": file_id}
        described = self.to.describe(self.to.description(self.paper, VIEWED, **told))
        if call == "describe":
            return described
        assert isinstance(described, Done)
        before()
        return self.to.finish(name)


@pytest.fixture
def filer(
    fake: FakeAuthority,
    tip: Callable[..., CyberTip],
    facts: Callable[..., CaseFacts],
    file_facts: Callable[..., FileFacts],
) -> Callable[..., Filer]:
    paper = tip(fake.address).draft(facts(files=(file_facts(),)))

    def make(**how: Any) -> Filer:
        return Filer(to=tip(how.pop("address", fake.address), **how), paper=paper)

    return make


def _said(answer: Answer[Any]) -> str:
    return answer.meaning.value if isinstance(answer, Refused) else type(answer).__name__.lower()


def test_a_report_is_filed_with_its_file_word_for_word(fake: FakeAuthority, filer: Callable[..., Filer]) -> None:
    answer = filer().make("finish")
    assert isinstance(answer, Done)
    report = fake.reports(State.FINISHED)[-1]
    (file,) = report.files
    assert (file.md5, file.size_bytes) == (hashlib.md5(DATA).hexdigest(), len(DATA))
    assert file.described is not None
    assert file.described.findtext("fileViewedByEsp") == "false"
    assert "a-mark" in report.texts("additionalInfo")[0]
    assert answer.exchange.received.startswith(b"<?xml")
    assert (answer.exchange.http_status, answer.exchange.code) == (200, 0)
    assert answer.exchange.request_id.startswith("fake-")


@pytest.mark.parametrize("name", NAMED)
def test_whatever_goes_wrong_at_a_call_is_told_as_what_it_can_mean(
    fake: FakeAuthority, filer: Callable[..., Filer], name: str
) -> None:
    twice = {"finish": "finished", "retract": "retracted"} if name == "duplicate" else {}
    goes_well = {"duplicate", "duplicate_first", "drip", "wrong_md5", "wrong_type"}
    is_slow = name.startswith("slow")
    ours = filer(seconds=0.1 if is_slow else 5.0)
    seconds = 0.3 if is_slow else 0.0
    for call in CALLS[::4] if is_slow else CALLS:
        fake.faults.clear()
        answer = ours.make(call, lambda at=PATHS[call]: fake.faults.next(at, name, seconds=seconds))
        expected = "faulty" if name == "bare_401" else "done" if name in goes_well else "unanswered"
        assert _said(answer) == twice.get(call, expected), call
        if name == "wrong_md5" and call == "upload":
            assert isinstance(answer, Done)
            assert answer.value.md5 != hashlib.md5(DATA).hexdigest()  # filing compares it, before anything else


def test_every_code_means_what_filing_has_to_do_next(fake: FakeAuthority, filer: Callable[..., Filer]) -> None:
    settled = {5001: "unknown_report", 5101: "retracted", 5102: "finished"}
    later = {1000, 1100, 1110, 1111, 1300}
    ours = filer()
    opened = ours.make("open")
    assert isinstance(opened, Done)
    name, document = opened.value, ours.to.document(ours.paper, "m")
    told = ours.to.description(ours.paper, VIEWED, evidence_id="e1", authority_id=name, file_id="f")
    calls: dict[str, Callable[[], Answer[Any]]] = {
        "open": lambda: ours.to.open(document),
        "upload": lambda: ours.to.upload(name, "e1", Bytes(DATA)),
        "describe": lambda: ours.to.describe(told),
        "finish": lambda: ours.to.finish(name),
        "retract": lambda: ours.to.retract(name),
    }
    codes = [4711, *(each for each in ResponseCode if each is not ResponseCode.OK)]
    for place, (code, call) in enumerate(itertools.product(codes, CALLS)):
        status = {"status": 200} if place % 2 else {}  # old recordings show errors under 200
        fake.faults.next(PATHS[call], "error_before", code=code, **status)
        answer = calls[call]()
        expected = "unanswered" if code in later else settled.get(code, "faulty")
        assert _said(answer) == ("faulty" if call == "open" and code in settled else expected), (call, code)
        assert not isinstance(answer, Done)
        assert answer.exchange.code == code
        assert str(code) in answer.sentence


def test_the_credentials_are_a_persons_business(filer: Callable[..., Filer], tip: Callable[..., CyberTip]) -> None:
    ours = filer()
    for manners in (Manners(), Manners(bare_401=True)):
        with fake_authority(Wanted(manners=manners), clock=FixedClock(at=NOW)) as other:
            answer = tip(other.address, password="tell-tale").open(ours.to.document(ours.paper, "m"))
        assert isinstance(answer, Refused)
        assert answer.meaning is Meaning.FAULTY
        assert "tell-tale" not in repr(answer)


def test_what_never_left_can_be_sent_later_and_too_many_calls_too(
    fake: FakeAuthority, filer: Callable[..., Filer], tip: Callable[..., CyberTip]
) -> None:
    with fake_authority(clock=FixedClock(at=NOW)) as gone:
        to = tip(gone.address)
    ours = filer()
    for answer in (
        to.open(ours.to.document(ours.paper, "m")),
        to.upload("7", "e1", Bytes(DATA)),
        to.finish("7"),
        to.retract("7"),
    ):
        assert _said(answer) == "later"
        assert "Nothing was sent" in answer.sentence  # type: ignore[union-attr] - it is no Done
    fake.faults.next("submit", "bare_503_before", status=429)
    assert _said(ours.make("open")) == "later"


def test_a_name_that_another_set_up_gave_is_sent_nowhere(filer: Callable[..., Filer]) -> None:
    ours = filer()
    for answer in (
        ours.to.upload("folder/1", "e1", Bytes(DATA)),
        ours.to.finish("folder/1"),
        ours.to.retract("folder/1"),
    ):
        assert _said(answer) == "faulty"
    with pytest.raises(InvalidValue, match="opened elsewhere"):
        ours.to.description(ours.paper, VIEWED, evidence_id="e1", authority_id="folder/1", file_id="f")


def _xml(code: int, inner: str, root: str = "reportResponse") -> bytes:
    body = f"<{root}><responseCode>{code}</responseCode>{inner}</{root}>".encode()
    return plain_answer(body, Content_Type="text/xml")


_MD5 = f"<hash>{'a' * 32}</hash>"
_RECEIPT = "reportDoneResponse"


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("open", _xml(0, "")),
        ("open", _xml(0, "<reportId>0</reportId>")),
        ("open", _xml(0, "<reportId>9999999999999999999</reportId>")),
        ("open", _xml(0, "<reportId>7</reportId>", _RECEIPT)),
        ("upload", _xml(0, f"<fileId>f</fileId>{_MD5}")),
        ("upload", _xml(0, f"<reportId>7</reportId>{_MD5}")),
        ("upload", _xml(0, "<reportId>7</reportId><fileId>f</fileId>")),
        ("upload", _xml(0, f"<reportId>8</reportId><fileId>f</fileId>{_MD5}")),
        ("upload", _xml(0, f"<reportId>7</reportId><fileId>f-1</fileId>{_MD5}")),
        ("describe", _xml(0, "<reportId>8</reportId>")),
        ("describe", _xml(0, "<reportId>7</reportId><fileId>f-2</fileId>")),
        ("describe", _xml(0, "<reportId>7</reportId>", _RECEIPT)),
        ("finish", _xml(0, "<reportId>7</reportId>")),
        ("finish", _xml(0, "<files><fileId>f-1</fileId></files>", _RECEIPT)),
        ("finish", _xml(0, "<reportId>8</reportId><files><fileId>f-1</fileId></files>", _RECEIPT)),
        ("finish", _xml(0, "<reportId>7</reportId><files/>", _RECEIPT)),
        ("finish", _xml(0, "<reportId>7</reportId><files><fileId>f-2</fileId></files>", _RECEIPT)),
        (
            "finish",
            _xml(0, "<reportId>7</reportId><files><fileId>f-1</fileId><fileId>f-1</fileId></files>", _RECEIPT),
        ),
        ("retract", _xml(0, "<reportId>8</reportId>")),
        ("retract", _xml(0, "<reportId>7</reportId>", _RECEIPT)),
    ],
)
def test_an_answer_that_is_about_something_else_is_never_done(
    filer: Callable[..., Filer], tip: Callable[..., CyberTip], call: str, answer: bytes
) -> None:
    good = {
        "upload": _xml(0, f"<reportId>7</reportId><fileId>f-1</fileId>{_MD5}"),
        "fileinfo": _xml(0, ""),
    }
    calls: list[str] = []

    def script(asked: Asked) -> bytes:
        calls.append(asked.head.split()[1].rpartition("/")[2])
        is_first_upload = calls.count("upload") == 1 and calls[-1] == "upload" and call == "upload"
        return good[calls[-1]] if calls[-1] != PATHS[call] or (is_first_upload and b"f-1" in answer) else answer

    ours = filer()
    with trial_server(script) as server:
        to = tip(f"http://127.0.0.1:{server.port}/ispws")
        document = ours.to.document(ours.paper, "m")
        told = to.description(ours.paper, VIEWED, evidence_id="e1", authority_id="7", file_id="f-1")
        made: dict[str, Callable[[], Answer[Any]]] = {
            "open": lambda: to.open(document),
            "upload": lambda: to.upload("7", "e1", Bytes(DATA)),
            "describe": lambda: to.describe(told),
            "finish": lambda: to.finish("7"),
            "retract": lambda: to.retract("7"),
        }
        if call == "finish" or (call == "upload" and b"f-1" in answer):
            assert isinstance(made["upload"](), Done)
        found = made[call]()
    assert isinstance(found, Unanswered)
    assert found.sentence.startswith("The authority answers that it was done, and not what.")


def test_what_facts_do_not_say_of_an_answer_is_not_asked_of_it(tip: Callable[..., CyberTip]) -> None:
    with trial_server(lambda _: _xml(0, "")) as server:
        to = tip(f"http://127.0.0.1:{server.port}/ispws")
        assert isinstance(to.retract("7"), Done)
        assert isinstance(to.describe(b"<fileDetails><reportId>7</reportId><fileId>f</fileId></fileDetails>"), Done)


def test_a_file_of_two_pieces_arrives_whole_and_trouble_in_reading_it_is_passed_on(
    fake: FakeAuthority, filer: Callable[..., Filer]
) -> None:
    ours = filer()
    opened = ours.make("open")
    assert isinstance(opened, Done)
    data = b"benign bytes" * 100_000  # more than one piece
    answer = ours.to.upload(opened.value, "e1", Bytes(data))
    assert isinstance(answer, Done)
    assert isinstance(answer.value, Uploaded)
    assert answer.value.md5 == hashlib.md5(data).hexdigest()
    assert answer.exchange.sent == b""

    class Damaged(Bytes):
        def read(self, offset: int, length: int) -> bytes:
            raise EOFError("the store broke off")

    with pytest.raises(EOFError, match="broke off"):
        ours.to.upload(opened.value, "e2", Damaged(data))


def test_it_is_a_destination_whose_credentials_say_whether_it_counts(
    fake: FakeAuthority, tip: Callable[..., CyberTip], profile: Profile
) -> None:
    to: Destination = tip(fake.address)
    assert (to.name, to.is_test, to.is_handed_over, to.form.name) == ("ncmec", True, False, "ncmec/1")
    production = ProductionCredentials(username="u", password="tell-tale")
    setup = NcmecSetup(credentials=production, profile=profile)
    real = CyberTip(name="ncmec", setup=setup, outlet=OUTLET, clock=FixedClock(at=NOW))
    assert not real.is_test
    assert "tell-tale" not in repr(real)
    with pytest.raises(InvalidValue, match="production host alone"):
        CyberTip(
            name="ncmec",
            setup=NcmecSetup(credentials=production, root=fake.address, profile=profile),
            outlet=OUTLET,
            clock=FixedClock(at=NOW),
            let_through=LOOPBACK,
        )
    own = NcmecSetup(credentials=TestCredentials(username="u", password="p"), root=fake.address, profile=profile)
    with pytest.raises(OutboundRefused):
        CyberTip(name="ncmec", setup=own, outlet=OUTLET, clock=FixedClock(at=NOW))


def test_one_object_serves_many_reports_at_once(fake: FakeAuthority, filer: Callable[..., Filer]) -> None:
    ours = filer()
    opened = [each.value for each in (ours.make("open") for _ in range(3)) if isinstance(each, Done)]
    uploads = [ours.to.upload(name, "e1", Bytes(b"a")) for name in opened]
    assert [_said(each) for each in uploads] == ["done"] * 3
    assert [_said(ours.to.finish(name)) for name in reversed(opened)] == ["done"] * 3
    assert ours.to._files == {}
