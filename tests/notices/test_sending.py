"""A notice is one signed post of an event through the guard."""

import hashlib
from datetime import UTC, datetime

import pytest

from safelight.clock import FixedClock
from safelight.errors import OutboundRefused
from safelight.notices.event import Event, EventKind, event_body
from safelight.notices.sending import Sender, body_digest
from safelight.outbound.address import read_networks
from safelight.outbound.limits import Limits
from safelight.outbound.outlet import Outlet
from safelight.testing.certificates import TrialAuthority
from safelight.testing.receiver import trial_receiver

AT = datetime(2026, 11, 23, 12, 30, 15, tzinfo=UTC)
EVENT = Event(id="e1", kind=EventKind.CASE_OPENED, happened_at=AT, facts={"case_id": 7})


def test_an_event_is_posted_with_its_id_and_signature() -> None:
    authority = TrialAuthority()
    sender = Sender(outlet=Outlet(authority.trust()), limits=Limits(), let_through=read_networks(["127.0.0.1"]))
    with trial_receiver(authority, FixedClock(at=AT)) as receiver:
        receiver.secrets = ["slns_x"]
        assert sender.send(receiver.url, EVENT, ["slns_y", "slns_x"], AT) == 204
        assert sender.send(receiver.url, EVENT, ["slns_y"], AT) == 401
        assert receiver.server is not None
        (asked, _) = receiver.server.asked
    assert asked.body == event_body(EVENT)
    assert asked.headers["safelight-event"] == "e1"
    assert asked.headers["content-type"] == "application/json"
    assert (len(receiver.events), receiver.refused) == (1, 1)


def test_nothing_is_posted_inside() -> None:
    sender = Sender(outlet=Outlet(), limits=Limits())
    for url in ("https://127.0.0.1/", "http://hooks.example.com/", "https://169.254.169.254/latest"):
        with pytest.raises(OutboundRefused):
            sender.send(url, EVENT, ["slns_x"], AT)


def test_the_digest_is_of_the_body() -> None:
    assert body_digest(EVENT) == hashlib.sha256(event_body(EVENT)).digest()
