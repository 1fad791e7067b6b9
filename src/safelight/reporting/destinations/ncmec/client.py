"""The client: the seven calls of the CyberTipline's API, each made once. What to do next is decided elsewhere."""

import base64
import hashlib
from dataclasses import dataclass, field
from threading import Event

from safelight.errors import InvalidValue, OutboundFailed, OutboundRefused
from safelight.outbound.address import Network
from safelight.outbound.call import Call, Reply
from safelight.outbound.limits import Limits
from safelight.outbound.outlet import Outlet
from safelight.reporting.destinations.ncmec.answer import LONGEST_ANSWER, Response, read_response
from safelight.reporting.destinations.ncmec.credentials import Credentials
from safelight.reporting.destinations.ncmec.host import Host, host_of
from safelight.reporting.destinations.ncmec.multipart import MultipartBody, Upload
from safelight.reporting.destinations.ncmec.outcome import Answered, Outcome, Reach, Sent, Unanswered

_XML = {"Content-Type": "text/xml; charset=utf-8"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LONGEST_SCHEMA = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a call may take: `seconds`, and an upload as much more as its size needs at the slowest rate.

    A file that is sent more slowly than that outlives the hour that the authority leaves a report unchanged.
    """

    seconds: float = 60.0
    silence_seconds: float = 30.0
    slowest_bytes_a_second: int = 256 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CyberTipline:
    """Makes calls with one set of credentials, at the host that they are for. Safe for use by many threads.

    Each call returns what became of it: `Answered`, or `Unanswered` with how far it may have come. None is repeated.
    `root` is another root for trials, to which test credentials alone may go; `let_through` are addresses that are let
    through for it, though they are not public. Raises `InvalidValue` and `OutboundRefused` as `host_of` does.
    """

    credentials: Credentials
    outlet: Outlet = field(repr=False)
    root: str = ""
    let_through: tuple[Network, ...] = ()
    patience: Patience = Patience()

    def __post_init__(self) -> None:
        """Refuse a root that is not for the credentials."""
        host_of(self.credentials, self.root, self.let_through)

    @property
    def host(self) -> Host:
        """Where the credentials may go, and what each document names as its schema."""
        return host_of(self.credentials, self.root, self.let_through)

    def status(self) -> Outcome:
        """Ask whether the credentials let in. Nothing is changed."""
        return self._call("GET", "/status")

    def xsd(self) -> Outcome:
        """Ask for the schema. It is in `received` where the status is 200 and there is no response."""
        return self._call("GET", "/xsd", max_bytes=LONGEST_SCHEMA)

    def submit(self, xml: bytes) -> Outcome:
        """Open a report. The answer has its id."""
        return self._call("POST", "/submit", headers=_XML, body=xml)

    def upload(self, upload: Upload) -> Outcome:
        """Send one file, of any size, without holding it. The answer has its id, and the MD5 of what arrived.

        That MD5 is to be compared with `sent.file_md5`. A second upload makes a second file. What the pieces raise as
        they are read goes through; the authority then has no whole upload.
        """
        body = MultipartBody(upload=upload)
        headers = {"Content-Type": body.content_type, "Content-Length": str(body.size_bytes)}
        extra_s = upload.size_bytes / self.patience.slowest_bytes_a_second
        return self._call("POST", "/upload", headers=headers, body=body, extra_s=extra_s)

    def fileinfo(self, xml: bytes) -> Outcome:
        """Send the details of one file that was uploaded."""
        return self._call("POST", "/fileinfo", headers=_XML, body=xml)

    def finish(self, report_id: int) -> Outcome:
        """Finish a report: it is filed, and cannot be changed or cancelled any more."""
        return self._call("POST", "/finish", headers=_FORM, body=b"id=%d" % report_id)

    def retract(self, report_id: int) -> Outcome:
        """Cancel a report that is not finished."""
        return self._call("POST", "/retract", headers=_FORM, body=b"id=%d" % report_id)

    def _call(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        body: bytes | MultipartBody | None = None,
        max_bytes: int = LONGEST_ANSWER,
        extra_s: float = 0.0,
    ) -> Outcome:
        host, patience, began = self.host, self.patience, Event()
        limits = Limits(
            seconds=patience.seconds + extra_s, silence_seconds=patience.silence_seconds, max_bytes=max_bytes
        )
        told = {**(headers or {}), "Accept": "text/xml, application/xml", "Authorization": self._authorization()}
        call = Call(method=method, url=f"{host.root}{path}", headers=told, body=body)
        try:
            reply = self.outlet.call(call, host.rule, limits, on_sending=began.set)
        except (OutboundRefused, OutboundFailed) as error:
            reach = Reach.UNKNOWN if began.is_set() else Reach.BEFORE_SENDING
            return Unanswered(environment=self.credentials.environment, reach=reach, reason=str(error))
        return self._answered(reply, body.sent if isinstance(body, MultipartBody) else _sent(body or b""))

    def _authorization(self) -> str:
        both = f"{self.credentials.username}:{self.credentials.password}"
        return f"Basic {base64.b64encode(both.encode('utf-8')).decode('ascii')}"

    def _answered(self, reply: Reply, sent: Sent) -> Answered:
        response, unreadable = _read(reply.body)
        return Answered(
            environment=self.credentials.environment,
            http_status=reply.status,
            request_id=_request_id(reply),
            response=response,
            unreadable=unreadable,
            sent=sent,
            received=reply.body,
            received_sha256=hashlib.sha256(reply.body).digest(),
        )


def _read(body: bytes) -> tuple[Response | None, str]:
    if not body:
        return None, "The answer has no body."
    try:
        return read_response(body), ""
    except InvalidValue as error:
        return None, str(error)


def _sent(body: bytes) -> Sent:
    return Sent(size_bytes=len(body), sha256=hashlib.sha256(body).digest())


def _request_id(reply: Reply) -> str:
    """Return what the authority wants quoted: of its length and kind, whatever stands there, only what can be shown."""
    return "".join(each for each in reply.headers.get("request-id", "")[:200] if each.isascii() and each.isprintable())
