"""Nothing is read before its step is on record, nothing leaves that may not, and no way round the dose is left."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from safelight.access.person import Person
from safelight.access.queries import find_by_name
from safelight.access.signing_in.session import Means, Session, SignInRules, Stage
from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.errors import (
    ClaimLost,
    ClockWrong,
    EvidenceDamaged,
    ExposureRefused,
    InvalidValue,
    NotAllowed,
    NotFound,
    UsageError,
)
from safelight.flow.access import disable_person, set_person_roles
from safelight.flow.review.claiming import claim_case, release_claim
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.showing import Revealed, Showing, confirm_shown, hide, may_work, reveal
from safelight.intake.media import Answer
from safelight.review.derivatives.derivative import NoPicture
from safelight.review.exposure.exposure import STRIP, Delivery, Ending, Exposure
from safelight.review.exposure.guard import Allowed, Refused, Why
from safelight.review.exposure.level import BOUNDS, Level
from safelight.review.exposure.queries import page_own, viewed
from safelight.review.exposure.staff_code import staff_code
from safelight.review.exposure.steps import set_opted_out
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.testing.evidence import destroy_evidence, seal_bytes
from safelight.testing.shown_pictures import measure, read_staff_code
from safelight.vault.content_digest import digest_secret


def _show(showing: Showing, who: Actor, evidence_id: str, level: Level, **more: Any) -> Revealed:
    """Show something to somebody who has signed in just now."""
    with read(showing.engine) as tx:
        person = find_by_name(tx, who.name)
    session = None if person is None else _signed_in(showing, person)
    return reveal(showing, who, evidence_id, level, **{"reason": "case 1", "session": session, **more})


def _signed_in(showing: Showing, person: Person) -> Session:
    now = showing.clock.now()
    return Session(
        id=1,
        person_id=person.id,
        stage=Stage.SIGNED_IN,
        means=Means.PASSKEY,
        browser="",
        made_at=now,
        used_at=now,
        authenticated_at=now,
        fresh_until=now + SignInRules().fresh,
        ends_at=now + SignInRules().longest,
    )


def _climb(showing: Showing, who: Actor, evidence_id: str, level: Level) -> Revealed:
    """Go up level by level; return the last."""
    return [_show(showing, who, evidence_id, each) for each in Level if each <= level][-1]


def _log(showing: Showing, person_id: int = 1) -> list[Exposure]:
    with read(showing.engine) as tx:
        return page_own(tx, person_id)


def _viewed(showing: Showing, evidence_id: str) -> Answer:
    with read(showing.engine) as tx:
        return viewed(tx, evidence_id, Answer.NO).answer


def _why(error: pytest.ExceptionInfo[ExposureRefused]) -> Why:
    return Why(error.value.why)


def test_each_step_is_shown_within_its_level_with_the_persons_code_and_is_on_record(
    showing_at, rosa, evidence_id, picture
) -> None:
    showing = showing_at()
    code = staff_code(digest_secret(showing.engine, showing.vault.keys, showing.clock), 1)
    assert _show(showing, rosa, evidence_id, Level.CARD).picture is None
    for level in BOUNDS:
        shown = _show(showing, rosa, evidence_id, level)
        assert shown.picture is not None
        measured = measure(shown.picture, level)
        assert max(measured.width, measured.height) <= BOUNDS[level].most_side
        assert measured.beyond < 2
        assert read_staff_code(Image.open(io.BytesIO(shown.picture))) == code
        assert picture not in shown.picture
        assert shown.must_hide_at == showing.clock.now() + timedelta(seconds=60)
    log = _log(showing)
    assert [each.level for each in log] == list(Level)
    assert {each.delivery for each in log} == {Delivery.DELIVERED}
    assert {each.reason for each in log} == {"case 1"}
    assert [each.ended_by for each in log] == [Ending.NEXT] * 4 + [None]
    with read(showing.engine) as tx:
        verbs = [entry.verb for entry in page_entries(tx, target=f"evidence:{evidence_id}")]
    assert verbs.count("reveal_evidence") == 5
    assert verbs.count("open_evidence") == 4  # the card opens nothing


def test_no_level_is_skipped_by_any_address_and_another_persons_steps_count_for_nobody_else(
    showing_at, rosa, person, evidence_id
) -> None:
    showing, other = showing_at(), person("Mina")
    _climb(showing, rosa, evidence_id, Level.LARGE)
    for who, level in ((other, Level.THUMBNAIL), (other, Level.ORIGINAL)):
        with pytest.raises(ExposureRefused) as error:
            _show(showing, who, evidence_id, level)
        assert _why(error) is Why.LEVEL_SKIPPED
    assert _log(showing, 2) == []
    assert _show(showing, rosa, evidence_id, Level.SMALL).picture  # down again is no step


def test_only_persons_with_the_permission_of_this_moment_are_shown_anything(  # noqa: PLR0917 - fixtures
    showing_at, source, actor, rosa, person, evidence_id
) -> None:
    showing = showing_at()
    service = Actor(kind=ActorKind.SERVICE, name="Rosa", permissions=EVERY_PERMISSION, key_id=1)
    for who in (service, actor, person("Otto", "auditor"), replace(rosa, permissions=frozenset())):
        with pytest.raises(NotAllowed):
            _show(showing, who, evidence_id, Level.CARD)
    _show(showing, rosa, evidence_id, Level.CARD)
    set_person_roles(source.engine, source.clock, actor, "Rosa", role_names=["auditor"])
    with pytest.raises(NotAllowed):  # the session began while she was a reviewer
        _show(showing, rosa, evidence_id, Level.THUMBNAIL)
    disable_person(source.engine, source.clock, actor, "Rosa")
    with pytest.raises(NotAllowed):
        hide(source.engine, source.clock, rosa, 1)


class _Meanwhile:
    """The pool, and something that happens while the picture is made."""

    def __init__(self, pool, happens) -> None:
        self.pool, self.happens = pool, happens

    def run(self, *args, **more):
        answer = self.pool.run(*args, **more)
        self.happens()
        return answer


def test_what_is_forbidden_while_a_picture_is_made_does_not_leave(showing_at, source, actor, rosa, evidence_id) -> None:
    showing = showing_at()
    _show(showing, rosa, evidence_id, Level.CARD)
    roles = lambda: set_person_roles(source.engine, source.clock, actor, "Rosa", role_names=["auditor"])  # noqa: E731
    with pytest.raises(NotAllowed):
        _show(replace(showing, runner=_Meanwhile(showing.runner, roles)), rosa, evidence_id, Level.THUMBNAIL)
    assert _log(showing)[-1].delivery is Delivery.FAILED


def test_what_is_no_longer_theirs_to_judge_does_not_leave(showing_at, rosa, evidence_id, listed_as) -> None:
    showing = showing_at()
    listed_as(evidence_id, label="A1", scheme="ncmec")
    desk = ReviewDesk(engine=showing.engine, clock=showing.clock, actor=rosa, keys=showing.vault.keys)
    claim_case(desk, 1)
    _show(showing, rosa, evidence_id, Level.CARD)
    given_back = _Meanwhile(showing.runner, lambda: release_claim(desk, 1))
    with pytest.raises(ClaimLost):
        _show(replace(showing, runner=given_back), rosa, evidence_id, Level.THUMBNAIL)
    assert _log(showing)[-1].delivery is Delivery.FAILED


@pytest.mark.parametrize("act", ["hide", "other"])
def test_of_two_tabs_the_earlier_gets_nothing_once_the_later_asked(showing_at, rosa, evidence_id, act) -> None:
    showing = showing_at()
    _show(showing, rosa, evidence_id, Level.CARD)

    def meanwhile() -> None:
        if act == "hide":
            hide(showing.engine, showing.clock, rosa, 2)
        else:
            _show(showing, rosa, evidence_id, Level.CARD)

    with pytest.raises(ExposureRefused) as error:
        _show(replace(showing, runner=_Meanwhile(showing.runner, meanwhile)), rosa, evidence_id, Level.THUMBNAIL)
    assert _why(error) is Why.SUPERSEDED
    assert _log(showing)[1].delivery is Delivery.FAILED
    assert _viewed(showing, evidence_id) is Answer.NO


def test_parallel_tabs_do_not_double_the_budget(showing_at, rosa, evidence_id) -> None:
    """A minute of the day is there, and each picture counts five seconds; `test_steps` counts to the last of them."""
    _climb(showing_at(), rosa, evidence_id, Level.THUMBNAIL)
    showing = showing_at(minutes_per_day=1)
    ready = threading.Barrier(6)

    def ask(_: int) -> str:
        ready.wait()
        try:
            return "" if _show(showing, rosa, evidence_id, Level.THUMBNAIL).picture else "nothing"
        except ExposureRefused as error:
            return error.why

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(ask, range(6)))
    assert set(answers) <= {"", Why.SUPERSEDED.value}
    shown = [each for each in _log(showing) if each.may_have_shown]
    assert len(shown) == 1 + answers.count("")
    assert sum(each.ended_at is None for each in shown) <= 1  # one picture is on one screen


def test_the_cap_of_an_hour_is_an_hour_and_then_a_break_is_due(showing_at, rosa, evidence_id) -> None:
    showing = showing_at(break_after_minutes=5, cap_seconds=200)
    start = showing.clock.now()
    first = _climb(showing, rosa, evidence_id, Level.THUMBNAIL)
    assert first.must_hide_at == start + timedelta(seconds=200)
    later = showing_at(start + timedelta(seconds=240), break_after_minutes=5, cap_seconds=200)
    assert _show(later, rosa, evidence_id, Level.THUMBNAIL).must_hide_at == start + timedelta(seconds=300)
    end = showing_at(start + timedelta(seconds=301), break_after_minutes=5)
    with pytest.raises(ExposureRefused) as error:
        _show(end, rosa, evidence_id, Level.THUMBNAIL)
    assert _why(error) is Why.BREAK_DUE
    assert error.value.until == start + timedelta(seconds=300 + 600)
    assert may_work(end.engine, end.clock, rosa, end.house) == Refused(why=Why.BREAK_DUE, until=error.value.until)
    rested = showing_at(error.value.until, break_after_minutes=5)
    assert isinstance(may_work(rested.engine, rested.clock, rosa, rested.house), Allowed)


def test_a_clock_that_is_set_back_shows_nothing(showing_at, rosa, evidence_id) -> None:
    showing = showing_at()
    _climb(showing, rosa, evidence_id, Level.THUMBNAIL)
    with pytest.raises(ClockWrong):
        _show(showing_at(showing.clock.now() - timedelta(hours=1)), rosa, evidence_id, Level.THUMBNAIL)
    _show(showing_at(showing.clock.now() - timedelta(minutes=4)), rosa, evidence_id, Level.THUMBNAIL)
    ended = _log(showing)[1]
    assert ended.ended_at == ended.must_hide_at  # nobody knows how long it stood: it counts to its cap


def test_who_opted_out_is_not_shown_what_a_list_calls_by_that_name(showing_at, rosa, evidence_id, listed_as) -> None:
    showing = showing_at()
    listed_as(evidence_id, label="A1", scheme="ncmec")
    with write(showing.engine) as tx:
        set_opted_out(tx, 1, "NCMEC:A1", is_out=True)
    claim_case(ReviewDesk(engine=showing.engine, clock=showing.clock, actor=rosa, keys=showing.vault.keys), 1)
    _show(showing, rosa, evidence_id, Level.CARD)
    with pytest.raises(ExposureRefused) as error:
        _show(showing, rosa, evidence_id, Level.THUMBNAIL)
    assert _why(error) is Why.OPTED_OUT


def test_yes_takes_a_confirmation_and_no_takes_nothing_but_the_card(showing_at, rosa, person, evidence_id) -> None:
    showing = showing_at()
    _show(showing, rosa, evidence_id, Level.CARD)
    assert _viewed(showing, evidence_id) is Answer.NO
    _show(showing, rosa, evidence_id, Level.THUMBNAIL)
    assert _viewed(showing, evidence_id) is Answer.UNKNOWN
    original = _climb(showing, rosa, evidence_id, Level.ORIGINAL)
    assert _viewed(showing, evidence_id) is Answer.UNKNOWN
    with pytest.raises(NotFound):  # somebody else's
        confirm_shown(showing.engine, showing.clock, person("Mina"), original.exposure_id)
    confirm_shown(showing.engine, showing.clock, rosa, original.exposure_id)
    confirm_shown(showing.engine, showing.clock, rosa, original.exposure_id)
    assert _viewed(showing, evidence_id) is Answer.YES
    hide(showing.engine, showing.clock, rosa, original.exposure_id, was_shown=True)
    hide(showing.engine, showing.clock, rosa, original.exposure_id)
    assert _log(showing)[-1].ended_by is Ending.HIDDEN


def test_what_has_ended_cannot_be_confirmed_any_more(showing_at, rosa, evidence_id) -> None:
    showing = showing_at()
    shown = _climb(showing, rosa, evidence_id, Level.ORIGINAL)
    late = showing_at(shown.must_hide_at)
    with pytest.raises(UsageError):
        confirm_shown(late.engine, late.clock, rosa, shown.exposure_id)
    assert _viewed(showing, evidence_id) is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\0\0\0\x20ftypisom" + bytes(100), NoPicture.UNREADABLE),
        (b"no picture", NoPicture.UNSUPPORTED),
        (b"\x89PNG\r\n\x1a\n broken", NoPicture.UNREADABLE),
    ],
)
def test_where_there_is_no_picture_there_is_a_reason_and_no_exposure(  # noqa: PLR0917 - fixtures
    showing_at, source, actor, rosa, tmp_path, data, reason
) -> None:
    showing = showing_at()
    evidence_id = seal_bytes(source, actor, tmp_path / "spool", [data]).id
    shown = _climb(showing, rosa, evidence_id, Level.THUMBNAIL)
    assert (shown.picture, shown.no_picture) == (None, reason)
    assert _log(showing)[-1].delivery is Delivery.FAILED
    assert _viewed(showing, evidence_id) is Answer.NO


def test_damaged_evidence_is_an_error_and_no_exposure(showing_at, source, rosa, evidence_id) -> None:
    showing = showing_at()
    _show(showing, rosa, evidence_id, Level.CARD)
    for blob_id in list(source.blobs.blob_ids()):
        source.blobs.remove(blob_id)
    with pytest.raises(EvidenceDamaged):
        _show(showing, rosa, evidence_id, Level.THUMBNAIL)
    assert _log(showing)[-1].delivery is Delivery.FAILED


def test_nothing_is_shown_of_what_is_destroyed_or_never_was_or_without_a_reason(
    showing_at, source, actor, rosa, evidence_id
) -> None:
    showing = showing_at()
    for bad in ({"reason": " "}, {"level": Level.ORIGINAL, "frame": STRIP}):
        with pytest.raises(InvalidValue):
            _show(showing, rosa, evidence_id, **{"level": Level.CARD, **bad})
    destroy_evidence(source, actor, evidence_id)
    for lost in (evidence_id, "0" * 32):
        with pytest.raises(NotFound):
            _show(showing, rosa, lost, Level.CARD)
    assert _log(showing) == []
