"""The trial receiver believes what the secret signed, and answers what it is told to."""

from datetime import UTC, datetime

from safelight.clock import FixedClock
from safelight.notices.signature import sign_body
from safelight.testing.receiver import Receiver
from safelight.testing.web_server import Asked

AT = datetime(2026, 11, 23, tzinfo=UTC)


def _asked(signature: str) -> Asked:
    return Asked(head=f"POST / HTTP/1.1\r\nSafelight-Signature: {signature}", body=b'{"id":"e1"}')


def test_it_keeps_what_it_believes_and_refuses_the_rest() -> None:
    receiver = Receiver(clock=FixedClock(at=AT), secrets=["slns_x"], statuses=[500])
    good = _asked(sign_body(b'{"id":"e1"}', AT, ["slns_x"]))
    answers = [receiver.answer(each).split(b" ")[1] for each in (good, good, _asked("t=1,v1=no"))]
    assert answers == [b"500", b"204", b"401"]
    assert (receiver.events, receiver.refused) == ([{"id": "e1"}, {"id": "e1"}], 1)
