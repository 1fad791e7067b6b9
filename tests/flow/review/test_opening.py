"""A reviewer opens a case about an account for what nothing else brought."""

import pytest

from safelight.errors import AlreadyExists, InvalidValue, NotAllowed, NotFound
from safelight.flow.installation import Installation
from safelight.flow.review.deciding import decide
from safelight.flow.review.opening import open_by_hand
from safelight.review.case import CaseState
from safelight.testing.evidence import seal_bytes
from safelight.vault.blobs.disk import DiskBlobs


def test_a_case_is_opened_and_joined_by_hand(room, ann, make) -> None:
    told = room.listen()
    first = open_by_hand(room.desk(ann), subject_id="account 7", content_id="post 9", reason="a colleague called")
    again = open_by_hand(room.desk(ann), subject_id="account 7", reason="and again")
    assert (first.is_new, again.is_new, again.case_id) == (True, False, first.case_id)
    assert told() == [("case_opened", '{"case_id": 1, "verdict": "hand"}')]
    assert room.find(1).item_count == 2
    assert decide(room.desk(ann), 1, make.ruling()).case.state is CaseState.CLOSED


def test_evidence_that_is_in_no_case_can_be_brought(room, ann, actor, tmp_path) -> None:
    blobs = DiskBlobs(tmp_path / "blobs")
    blobs.create()
    place = Installation(engine=room.engine, blobs=blobs, keys=room.keys, clock=room.clock)
    evidence = seal_bytes(place, actor, tmp_path / "spool", [b"benign"]).id
    open_by_hand(room.desk(ann), subject_id="a", evidence_id=evidence, reason="sealed by hand")
    with pytest.raises(AlreadyExists, match="belongs to case 1 already"):
        open_by_hand(room.desk(ann), subject_id="b", evidence_id=evidence, reason="again")
    with pytest.raises(NotFound):
        open_by_hand(room.desk(ann), subject_id="b", evidence_id="0" * 32, reason="why")


@pytest.mark.parametrize(
    "wrong", [{"subject_id": ""}, {"subject_id": "x" * 501}, {"reason": " "}, {"content_id": "\0"}]
)
def test_what_is_about_nobody_or_says_no_why_is_refused(room, ann, wrong) -> None:
    with pytest.raises(InvalidValue):
        open_by_hand(room.desk(ann), **{"subject_id": "a", "reason": "why"} | wrong)


def test_it_takes_the_permission(room) -> None:
    with pytest.raises(NotAllowed, match="case:write"):
        open_by_hand(room.desk(room.person("amy", "auditor")), subject_id="a", reason="why")
