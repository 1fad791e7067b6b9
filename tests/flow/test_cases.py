"""Closing a case lets its evidence go after the time for an appeal; reopening keeps it again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.database.transaction import read, write
from safelight.errors import AlreadyExists, NotAllowed
from safelight.flow.cases import close_case, reopen_case
from safelight.flow.installation import Installation
from safelight.flow.review.deciding import decide
from safelight.flow.review.desk import ReviewDesk
from safelight.review import queries, steps
from safelight.review.case import About, ItemKind, NewItem
from safelight.review.decision import Finding, IncidentType, Ruling
from safelight.review.rules import ReviewRules
from safelight.review.scheme import Classification
from safelight.review.second_reading import SecondReading
from safelight.roles import EVERY_PERMISSION, Permission
from safelight.testing.evidence import destroy_evidence, seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.holding import holds_of

_NEVER_TWICE = ReviewRules(second=SecondReading(clearing=False, near_distance=256, share=0))
_CONFIRMED = Ruling(
    finding=Finding.CONFIRMED,
    reasons="by eye",
    classification=Classification(scheme="ncmec", label="A1"),
    incident_type=IncidentType.CSAM,
)


@pytest.fixture
def place(engine, clock, tmp_path) -> Installation:
    """An installation on each database."""
    blobs = DiskBlobs(tmp_path / "blobs")
    blobs.create()
    return Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=clock)


@pytest.fixture
def case(place, actor, tmp_path):
    """A case with two pieces of evidence that was decided, and their ids."""
    ids = [seal_bytes(place, actor, tmp_path / "spool", [data]).id for data in (b"one", b"two")]
    with write(place.engine) as tx:
        case_id = steps.open_or_join(tx, place.clock, actor, About(subject_id="a")).case_id
        for evidence_id in ids:
            new = NewItem(evidence_id=evidence_id, kind=ItemKind.EXACT, content_id="")
            steps.add_item(tx, place.clock, actor, case_id, new)
    decide(
        ReviewDesk(engine=place.engine, clock=place.clock, actor=actor, keys=place.keys, rules=_NEVER_TWICE),
        case_id,
        _CONFIRMED,
    )
    return case_id, ids


def _ends(place, ids):
    with read(place.engine) as tx:
        return [hold.until_at for evidence_id in ids for hold in holds_of(tx, evidence_id)]


def test_closing_a_case_gives_the_holds_of_its_evidence_their_end(place, actor, case) -> None:
    case_id, ids = case
    assert _ends(place, ids) == [None, None]
    closed = close_case(place.engine, place.clock, actor, case_id, reason="no match by eye", appeal_days=10)
    assert not closed.is_open
    assert _ends(place, ids) == [place.clock.now() + timedelta(days=10)] * 2


def test_reopening_a_case_keeps_its_evidence_again(place, actor, case) -> None:
    case_id, ids = case
    close_case(place.engine, place.clock, actor, case_id, reason="why")
    assert reopen_case(place.engine, place.clock, actor, case_id, reason="an appeal").is_open
    assert _ends(place, ids) == [None, None]


def test_evidence_that_is_destroyed_hinders_neither(place, actor, case) -> None:
    case_id, ids = case
    destroy_evidence(place, actor, ids[0])
    close_case(place.engine, place.clock, actor, case_id, reason="why")
    assert reopen_case(place.engine, place.clock, actor, case_id, reason="why").is_open
    assert _ends(place, ids)[1] is None


def test_a_case_that_cannot_be_reopened_leaves_the_holds_alone(place, actor, case) -> None:
    case_id, ids = case
    close_case(place.engine, place.clock, actor, case_id, reason="why")
    ends = _ends(place, ids)
    with write(place.engine) as tx:
        steps.open_or_join(tx, place.clock, actor, About(subject_id="a"))
    with pytest.raises(AlreadyExists):
        reopen_case(place.engine, place.clock, actor, case_id, reason="why")
    assert _ends(place, ids) == ends


def test_it_takes_the_permission(place, actor, case) -> None:
    less = replace(actor, permissions=EVERY_PERMISSION - {Permission.CASE_WRITE})
    for act in (close_case, reopen_case):
        with pytest.raises(NotAllowed, match="case:write"):
            act(place.engine, place.clock, less, case[0], reason="why")
    with read(place.engine) as tx:
        assert queries.find_case(tx, case[0]).is_open
