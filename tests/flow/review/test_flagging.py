"""A complaint without media opens a case or joins one; what it says is sealed."""

from datetime import timedelta

import pytest

from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotAllowed
from safelight.flow.review.deciding import decide
from safelight.flow.review.flagging import flag
from safelight.flow.review.texts import read_flag
from safelight.review import decision_queries, queries
from safelight.review.case import CaseState, ItemKind
from safelight.review.decision import Finding, IncidentType
from safelight.review.flag import CameFrom, Category, FlagText, NewFlag
from safelight.review.urgency import FLAG
from safelight.roles import Actor, ActorKind, Permission

KEY = Actor(kind=ActorKind.SERVICE, name="platform", permissions=frozenset({Permission.FLAG_WRITE}), key_id=1)
NEW = NewFlag(
    came_from=CameFrom.USER,
    category=Category.ENTICEMENT,
    content_id="chat 4",
    complainant="user 1",
    place="https://chat.example/4",
    words="he asks for pictures",
)


def test_a_complaint_opens_a_case_that_a_person_decides_without_any_media(room, ann, make) -> None:
    told = room.listen()
    flagged = flag(room.desk(KEY), NEW, subject_id="account 7")
    assert (flagged.is_new_case, flagged.evidence_id) == (True, None)
    assert told() == [("case_opened", '{"case_id": 1, "verdict": "flag"}')]
    standing = room.standing(flagged.case_id)
    assert (standing.categories, standing.facts.sources) == ({"enticement"}, {FLAG})
    assert read_flag(room.desk(ann), flagged.item_id) == FlagText(
        complainant="user 1", place="https://chat.example/4", words="he asks for pictures"
    )
    with read(room.engine) as tx:
        (item,) = queries.page_items(tx, flagged.case_id)
        (kept,) = decision_queries.flags_of(tx, flagged.case_id)
    assert (item.kind, item.content_id, kept.came_from, kept.category) == (
        ItemKind.FLAG,
        "chat 4",
        CameFrom.USER,
        Category.ENTICEMENT,
    )
    ruling = make.ruling(Finding.CONFIRMED, classification=None, incident_type=IncidentType.ENTICEMENT)
    assert decide(room.desk(ann), flagged.case_id, ruling).case.state is CaseState.DECIDED


def test_a_complaint_joins_the_case_of_its_account_and_bears_out_the_match(room, make) -> None:
    case = room.case(subject="account 7")
    assert flag(room.desk(KEY), NEW, subject_id="account 7").case_id == case
    assert room.standing(case).facts.sources == {"known", FLAG}


def test_complaints_about_content_of_nobody_known_find_each_other_by_its_id_which_is_kept_as_a_digest(room) -> None:
    first, second = (flag(room.desk(KEY), NEW) for _ in range(2))
    other = flag(room.desk(KEY), NewFlag(content_id="chat 5"))
    assert (second.case_id, second.is_new_case) == (first.case_id, False)
    assert other.case_id != first.case_id
    assert b"chat" not in room.find(first.case_id).about.media_key


def test_a_deadline_comes_with_it(room) -> None:
    by = room.clock.now() + timedelta(hours=12)
    flagged = flag(room.desk(KEY), NewFlag(content_id="c", deadline_at=by))
    assert room.standing(flagged.case_id).facts.deadline_at == by


@pytest.mark.parametrize(
    ("new", "subject"),
    [(NewFlag(), ""), (NewFlag(words="x" * 4001), "a"), (NewFlag(content_id="\0"), "a"), (NewFlag(), "x" * 501)],
)
def test_what_is_about_nothing_or_cannot_be_kept_is_refused(room, new, subject) -> None:
    with pytest.raises(InvalidValue):
        flag(room.desk(KEY), new, subject_id=subject)


def test_it_takes_the_permission_and_reading_what_it_says_that_of_a_reviewer(room) -> None:
    nobody = Actor(kind=ActorKind.SERVICE, name="x", permissions=frozenset())
    with pytest.raises(NotAllowed, match="flag:write"):
        flag(room.desk(nobody), NEW)
    flagged = flag(room.desk(KEY), NEW)
    with pytest.raises(NotAllowed, match="case:decide"):
        read_flag(room.desk(KEY), flagged.item_id)
