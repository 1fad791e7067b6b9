"""One scan: every arrival has a result, whatever is the matter with it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from safelight.audit import queries as audit
from safelight.database.transaction import read, write
from safelight.flow.chain import explain_scan, record_scan, scan
from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.hashing.signal import NoSignal, Reason, Signal
from safelight.intake.content import Content, ContentLost, MemoryContent
from safelight.intake.media import Origin
from safelight.intake.sources.interface import Obstacle, Stamp, Unopenable
from safelight.matching.match import Verdict


@dataclass
class _Arrival:
    content: Content | Unopenable
    name: bytes = b"name"
    stamp: Stamp | None = None
    origin: Origin = Origin(platform_content_id="c")

    @contextmanager
    def open(self) -> Iterator[Content]:
        if isinstance(self.content, Unopenable):
            raise self.content
        yield self.content


class _Changing(MemoryContent):
    def check_unchanged(self) -> None:
        raise ContentLost("it changed")


def test_hashing_alone_has_signals_and_media_and_compares_nothing(clock) -> None:
    result = scan(
        _Arrival(MemoryContent(data=b"x")), clock=clock, hashers=[CryptographicHasher()], take_snapshot=lambda: None
    )
    assert [type(answer) for answer in result.answers] == [Signal] * 3
    assert result.media is not None
    assert result.media.origin.platform_content_id == "c"
    assert (result.matches, result.compared, result.against, result.scanned_at) == ((), {}, "", clock.now())


@pytest.mark.parametrize("obstacle", list(Obstacle))
def test_what_cannot_be_opened_is_not_scanned_for_that_reason(clock, obstacle: Obstacle) -> None:
    arrival = _Arrival(Unopenable(obstacle, "why"))
    result = scan(arrival, clock=clock, hashers=[CryptographicHasher()], take_snapshot=lambda: None)
    assert (result.verdict, result.media) == (Verdict.NOT_SCANNED, None)
    assert all(isinstance(a, NoSignal) and a.reason.value == obstacle.value for a in result.answers)
    assert len(result.answers) == 3


def test_a_file_that_changes_while_it_is_read_is_not_scanned(clock) -> None:
    arrival = _Arrival(_Changing(data=b"x"))
    result = scan(arrival, clock=clock, hashers=[CryptographicHasher()], take_snapshot=lambda: None)
    assert result.verdict is Verdict.NOT_SCANNED
    assert {answer.reason for answer in result.answers if isinstance(answer, NoSignal)} == {Reason.UNREADABLE}


def test_a_scan_leaves_its_counts_in_the_audit_log(engine, clock, actor) -> None:
    with write(engine) as tx:
        record_scan(tx, clock, actor, verb="scan_media", against="bank@3", counts={"files": 5, "near": 1})
    with read(engine) as tx:
        entry = audit.page_entries(tx)[-1]
    assert (entry.verb, entry.target, entry.actor, entry.at) == ("scan_media", "bank@3", actor, clock.now())
    assert entry.details == {"files": 5, "near": 1}


def test_a_scan_is_explained_by_the_same_signals_and_banks(house, add) -> None:
    add(hashlib.md5(b"x").digest(), "md5")
    with house.standing() as snapshot:
        arrival = _Arrival(MemoryContent(data=b"x"))
        explained = explain_scan(
            arrival, clock=house.clock, hashers=[CryptographicHasher()], take_snapshot=lambda: snapshot
        )
    assert explained.result.verdict is Verdict.EXACT
    assert explained.explanation.answers == explained.result.answers
    assert explained.explanation.found.matches == explained.result.matches
    assert [each.control for each in explained.explanation.considered] == [None]


def test_of_what_cannot_be_opened_an_explanation_has_reasons_and_no_banks(house, add) -> None:
    add(bytes(16), "md5")
    arrival = _Arrival(Unopenable(Obstacle.REFUSED, "not ours"))
    with house.standing() as snapshot:
        explained = explain_scan(
            arrival, clock=house.clock, hashers=[CryptographicHasher()], take_snapshot=lambda: snapshot
        )
    assert explained.result.verdict is Verdict.NOT_SCANNED
    assert {answer.reason for answer in explained.explanation.answers} == {Reason.REFUSED}
    assert explained.explanation.considered == ()


def test_the_banks_are_taken_as_they_stand_once_the_media_is_hashed(clock) -> None:
    order: list[str] = []

    class _Slow(MemoryContent):
        def check_unchanged(self) -> None:
            order.append("hashed")

    def take_snapshot() -> None:
        order.append("taken")

    scan(_Arrival(_Slow(data=b"x")), clock=clock, hashers=[CryptographicHasher()], take_snapshot=take_snapshot)
    assert order == ["hashed", "taken"]
