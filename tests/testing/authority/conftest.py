"""A running fake whose clock stands still until it is driven, and a caller that reads its answers."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx2
import pytest
from lxml import etree

from safelight.clock import FixedClock
from safelight.testing.authority import FAKE_ACCOUNT, FakeAuthority, Wanted, fake_authority

BEGINNING = datetime(2026, 11, 23, 12, 30, 15, 123456, tzinfo=UTC)

_TRUST = ssl.create_default_context()
"""Read once: it takes longer than a call."""

_REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<report>
  <incidentSummary>
    <incidentType>Online Enticement of Children for Sexual Acts</incidentType>
    <incidentDateTime>2026-11-22T08:00:00Z</incidentDateTime>
  </incidentSummary>
  <reporter><reportingPerson><email>desk@example.org</email></reportingPerson></reporter>
  <personOrUserReported><espIdentifier>{mark}</espIdentifier></personOrUserReported>
</report>"""
_DETAILS = "<fileDetails><reportId>{report_id}</reportId><fileId>{file_id}</fileId>{more}</fileDetails>"


def plain_report(mark: str = "account-1") -> str:
    """Return a small valid report about an account."""
    return _REPORT.format(mark=mark)


def plain_details(report_id: object, file_id: object, more: str = "") -> str:
    """Return small valid details of a file."""
    return _DETAILS.format(report_id=report_id, file_id=file_id, more=more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer as it was read. `told` has the children of its root by their names."""

    status: int
    code: int
    told: dict[str, str]
    files: list[str]
    headers: dict[str, str]


@dataclass(slots=True, kw_only=True)
class Caller:
    """Calls the fake and reads its answers."""

    address: str
    user: str = FAKE_ACCOUNT.user
    password: str = FAKE_ACCOUNT.password
    client: httpx2.Client = field(default_factory=lambda: httpx2.Client(timeout=20, verify=_TRUST))

    def call(self, method: str, path: str, **body: object) -> httpx2.Response:
        """Make a call and return its answer as it came."""
        return self.client.request(method, f"{self.address}{path}", auth=(self.user, self.password), **body)

    def get(self, path: str) -> Answered:
        """Make a call by GET."""
        return read_answer(self.call("GET", path))

    def send(self, path: str, document: str | bytes, content_type: str = "text/xml; charset=utf-8") -> Answered:
        """Send a document."""
        content = document if isinstance(document, bytes) else document.encode()
        return read_answer(self.call("POST", path, content=content, headers={"Content-Type": content_type}))

    def submit(self, mark: str = "account-1") -> int:
        """Open a report and return its number."""
        return int(self.send("/submit", plain_report(mark)).told["reportId"])

    def upload(self, report_id: object, content: bytes = b"bytes") -> Answered:
        """Upload a file."""
        return read_answer(self.call("POST", "/upload", data={"id": str(report_id)}, files={"file": ("a", content)}))

    def describe(self, report_id: object, file_id: object, more: str = "") -> Answered:
        """Send the details of a file."""
        return self.send("/fileinfo", plain_details(report_id, file_id, more))

    def finish(self, report_id: object) -> Answered:
        """Finish a report."""
        return read_answer(self.call("POST", "/finish", data={"id": str(report_id)}))

    def retract(self, report_id: object) -> Answered:
        """Retract a report."""
        return read_answer(self.call("POST", "/retract", data={"id": str(report_id)}))


def read_answer(response: httpx2.Response) -> Answered:
    """Read an answer of the fake."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    told: dict[str, str] = {}
    files: list[str] = []
    if response.content:
        root = etree.fromstring(response.content)
        told = {child.tag: child.text or "" for child in root}
        files = [element.text or "" for element in root.iterfind("files/fileId")]
    code = int(told.get("responseCode", "-1"))
    return Answered(status=response.status_code, code=code, told=told, files=files, headers=headers)


@pytest.fixture(scope="module")
def running_fake() -> Iterator[FakeAuthority]:
    """Run a fake for a module of tests, with a control address."""
    with fake_authority(Wanted(control_port=0), clock=FixedClock(at=BEGINNING)) as running:
        yield running


@pytest.fixture
def fake(running_fake: FakeAuthority) -> FakeAuthority:
    """Take the module's fake, with no faults waiting and its clock where it began."""
    running_fake.faults.clear()
    running_fake.clock.set_to(BEGINNING)
    return running_fake


@pytest.fixture
def new_caller() -> Iterator[Callable[..., Caller]]:
    """Give what makes callers, of any fake and as any user. Their connections are closed after the test."""
    with ExitStack() as stack:

        def make(**facts: str) -> Caller:
            calling = Caller(**facts)
            stack.enter_context(calling.client)
            return calling

        yield make


@pytest.fixture
def caller(fake: FakeAuthority, new_caller: Callable[..., Caller]) -> Caller:
    """Call the fake."""
    return new_caller(address=fake.address)


@pytest.fixture(scope="session")
def documents() -> dict[str, Callable[..., object]]:
    """Give what makes small valid documents, and reads answers."""
    return {"report": plain_report, "details": plain_details, "read": read_answer}
