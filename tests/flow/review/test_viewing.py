"""A picture is for who has its case; what was decided is opened again by leads alone."""

from dataclasses import replace

import pytest

from safelight.database.transaction import read
from safelight.errors import ClaimLost, NotAllowed, ReauthenticationNeeded
from safelight.flow.review.claiming import claim_case, release_claim
from safelight.flow.review.deciding import decide
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.showing import reveal
from safelight.flow.review.viewing import levels_shown, unseen_among
from safelight.review.decision_queries import find_items
from safelight.review.exposure.level import Level
from safelight.review.queries import page_items
from safelight.review.queue_queries import find_standing
from safelight.review.rules import ReviewRules

CARD, THUMBNAIL = Level.CARD, Level.THUMBNAIL


@pytest.fixture
def case_id(source, evidence_id, listed_as) -> int:
    """The case that the evidence belongs to."""
    listed_as(evidence_id, label="A1", scheme="ncmec")
    return 1


@pytest.fixture
def desk_of(source, make):
    """Give the desk of somebody."""

    def give(actor, at=None) -> ReviewDesk:
        clock = source.clock if at is None else at
        rules = ReviewRules(second=make.never)
        return ReviewDesk(engine=source.engine, clock=clock, actor=actor, keys=source.keys, rules=rules)

    return give


def _show(showing, who, evidence_id, level=THUMBNAIL, **more):
    return reveal(showing, who, evidence_id, level, reason="case 1", **more)


def test_a_picture_is_shown_to_who_has_the_case_and_looking_renews_the_claim(  # noqa: PLR0917 - fixtures
    source, showing_at, rosa, person, evidence_id, case_id, desk_of
) -> None:
    showing, other = showing_at(), person("Mina")
    _show(showing, rosa, evidence_id, CARD)  # facts are nobody's alone
    with pytest.raises(ClaimLost, match="Claim it first"):
        _show(showing, rosa, evidence_id)
    before = claim_case(desk_of(rosa), case_id).claim.until_at
    assert _show(showing, rosa, evidence_id).picture
    _show(showing, other, evidence_id, CARD)
    with pytest.raises(ClaimLost, match="another person"):
        _show(showing, other, evidence_id)
    later = showing_at(before - ReviewRules().claim_lasts / 2)
    _show(later, rosa, evidence_id)
    with read(source.engine) as tx:
        assert find_standing(tx, case_id).claim.until_at > before
    release_claim(desk_of(rosa, later.clock), case_id)
    with pytest.raises(ClaimLost):
        _show(later, rosa, evidence_id)
    assert levels_shown(desk_of(rosa), case_id) == {evidence_id: THUMBNAIL}
    assert levels_shown(desk_of(other), case_id) == {evidence_id: CARD}


def test_what_was_decided_is_opened_again_by_leads_alone(  # noqa: PLR0917 - fixtures
    source, showing_at, rosa, person, evidence_id, case_id, desk_of, make
) -> None:
    showing, lead = showing_at(), person("Leo", "lead")
    decide(desk_of(rosa), case_id, make.ruling())
    for who in (rosa, lead):
        _show(showing, who, evidence_id, CARD)
    with pytest.raises(NotAllowed):
        _show(showing, replace(rosa, permissions=lead.permissions), evidence_id)
    with read(source.engine) as tx:
        items = page_items(tx, case_id)
        assert unseen_among(tx, items) == items  # it was decided on by its facts
    assert _show(showing, lead, evidence_id).picture
    with read(source.engine) as tx:
        assert unseen_among(tx, find_items(tx, [items[0].id])) == []


def test_an_original_is_for_who_has_just_shown_who_they_are(  # noqa: PLR0917 - fixtures
    source, showing_at, rosa, person, evidence_id, session_of
) -> None:
    showing, other = showing_at(), person("Mina")
    for level in (CARD, THUMBNAIL, Level.SMALL, Level.LARGE):
        _show(showing, rosa, evidence_id, level)
    mine, hers = session_of(rosa), session_of(other)
    late = showing_at(mine.fresh_until)
    for place, session in ((showing, None), (showing, hers), (late, mine)):
        with pytest.raises(ReauthenticationNeeded) as error:
            _show(place, rosa, evidence_id, Level.ORIGINAL, session=session)
        assert error.value.code == "reauthentication_needed"
    assert _show(showing, rosa, evidence_id, Level.ORIGINAL, session=mine).picture
