"""What something shows is asked for step by step; each answer holds what that step may show, and nothing more."""

import re
from base64 import b64decode

import pytest

from safelight.flow.access import set_person_roles, set_role
from safelight.flow.review import dose
from safelight.flow.review.claiming import claim_case, release_claim
from safelight.flow.review.flagging import flag
from safelight.hashing.signal import SignalType
from safelight.matching.match import MatchKind
from safelight.review.case import ItemMatch
from safelight.review.exposure.exposure import Delivery, Ending
from safelight.review.exposure.level import BOUNDS, Level
from safelight.review.exposure.limits import OwnLimits
from safelight.review.flag import CameFrom, Category, NewFlag
from safelight.roles import Permission
from safelight.testing.films import make_film
from safelight.testing.shown_pictures import measure
from safelight.testing.synthetic import paint

_PICTURE = re.compile(r'src="data:image/jpeg;base64,([^"]*)"')


def pictures(answer) -> list[bytes]:
    return [b64decode(each) for each in _PICTURE.findall(answer.text)]


class Looking:
    """Somebody at an item's page."""

    def __init__(self, browser, reviewing, case: int, person) -> None:
        self.browser, self.reviewing, self.person = browser.enter(person), reviewing, person
        self.path = f"/cases/{case}/items/{reviewing.items(case)[0]}"

    def ask(self, level: Level, **more):
        return self.browser.submit(f"{self.path}/show", level=str(level.value), **{"usual": "match"} | more)

    def climb(self, level: Level, **more):
        for each in Level:
            answer = self.ask(each, **more if each.has_pixels else {})
            if each is level:
                return answer
        raise AssertionError(level)


@pytest.fixture
def look(browser, reviewing):
    def begin(data: bytes | None = None, person=None, **more) -> Looking:
        case, person = reviewing.case(reviewing.seal(data or reviewing.picture()), **more), person or reviewing.person()
        claim_case(reviewing.desk(person), case)
        return Looking(browser, reviewing, case, person)

    return begin


def test_no_picture_is_there_before_it_is_asked_for(look) -> None:
    at = look()
    page = at.browser.get(at.path)
    assert pictures(page) == []
    assert "data:" not in page.headers["content-security-policy"]
    assert pictures(at.ask(Level.CARD)) == []


def test_each_step_is_within_its_level_and_on_record_and_kept_nowhere(look) -> None:
    at = look()
    for level in Level:
        answer = at.ask(level)
        assert answer.headers["cache-control"] == "no-store"
        if not level.has_pixels:
            continue
        (picture,) = pictures(answer)
        measured = measure(picture, level)
        assert max(measured.width, measured.height) <= BOUNDS[level].most_side
        assert measured.beyond < 2.0
        assert "img-src 'self' data:" in answer.headers["content-security-policy"]
        assert answer.headers["refresh"].endswith(f"; url={at.path}")
    shown = at.reviewing.exposures(at.person)
    assert [each.level for each in shown] == list(Level)
    assert {each.delivery for each in shown} == {Delivery.DELIVERED}
    assert shown[1].reason == "To see whether it is what it matched"


def test_no_step_is_skipped_by_any_form(look) -> None:
    at = look()
    for level in (Level.THUMBNAIL, Level.ORIGINAL):
        answer = at.ask(level)
        assert pictures(answer) == []
        assert "Steps are taken one after the other" in answer.text
    assert at.reviewing.exposures(at.person) == []


def test_the_original_asks_first_who_is_there_and_shows_nothing_until_then(look, moving) -> None:
    at = look()
    at.climb(Level.LARGE)
    moving.move(minutes=20)
    claim_case(at.reviewing.desk(at.person), int(at.path.split("/")[2]))
    answer = at.ask(Level.ORIGINAL)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/confirm?next=%2Fcases%2F")
    assert Level.ORIGINAL not in {each.level for each in at.reviewing.exposures(at.person)}


def test_a_second_tab_ends_what_the_first_showed(look) -> None:
    at = look()
    at.climb(Level.THUMBNAIL)
    at.ask(Level.SMALL)
    shown = at.reviewing.exposures(at.person)
    assert [each.ended_by for each in shown[-2:]] == [Ending.NEXT, None]


def test_it_is_hidden_by_a_button_and_that_it_stood_there_is_on_record(look) -> None:
    at = look()
    at.climb(Level.THUMBNAIL)
    number = at.reviewing.exposures(at.person)[-1].id
    assert at.browser.submit(f"/exposures/{number}/shown").status_code == 204
    answer = at.browser.submit(f"/exposures/{number}/hide", next=at.path, was_shown="on")
    assert answer.headers["location"] == at.path
    shown = at.reviewing.exposures(at.person)[-1]
    assert shown.confirmed_at is not None
    assert shown.ended_by is Ending.HIDDEN


def test_what_another_is_shown_is_theirs(look, browser, reviewing) -> None:
    at = look()
    at.climb(Level.THUMBNAIL)
    number = reviewing.exposures(at.person)[-1].id
    browser.enter(reviewing.person())
    for act in ("shown", "hide"):
        assert browser.submit(f"/exposures/{number}/{act}").status_code == 404
    shown = reviewing.exposures(at.person)[-1]
    assert (shown.confirmed_at, shown.ended_at) == (None, None)


def test_who_has_not_taken_the_case_is_offered_it_and_shown_nothing(look, reviewing) -> None:
    at = look()
    at.ask(Level.CARD)
    release_claim(reviewing.desk(at.person), int(at.path.split("/")[2]))
    answer = at.ask(Level.THUMBNAIL)
    assert pictures(answer) == []
    assert "This case is not yours at this moment." in answer.text
    assert "Take this case" in answer.text


def test_who_opted_out_is_told_so_and_shown_nothing(look, reviewing, console, records) -> None:
    listed = ItemMatch(
        bank_name="records",
        entry_id=records.entries["md5"],
        signal_type=SignalType.MD5,
        kind=MatchKind.EXACT,
        distance=0,
        threshold=0,
        orientation="original",
    )
    at = look(matches=(listed,), person=reviewing.person())
    dose.set_opted_out(console.engine, reviewing.desk(at.person).actor, "ncmec:a1", is_out=True)
    at.ask(Level.CARD)
    answer = at.ask(Level.THUMBNAIL)
    assert "You opted out" in answer.text
    assert pictures(answer) == []
    assert [each.level for each in reviewing.exposures(at.person)] == [Level.CARD]


def test_who_could_not_read_the_answer_is_not_on_record_as_shown(look, reviewing, console, by_hand) -> None:
    permissions = {Permission.EVIDENCE_REVIEW, Permission.CASE_DECIDE}
    set_role(console.engine, console.clock, by_hand, "looks-only", permissions=permissions)
    at = look(person=reviewing.person("looks-only"))
    assert at.ask(Level.CARD).status_code == 403
    assert reviewing.exposures(at.person) == []


def test_who_may_no_longer_is_shown_nothing(look, console, by_hand) -> None:
    at = look()
    at.ask(Level.CARD)
    set_person_roles(console.engine, console.clock, by_hand, at.person.name, role_names=["auditor"])
    assert at.ask(Level.THUMBNAIL).status_code == 403


def test_several_pages_or_moments_are_seen_in_one_picture_or_one_by_one(look) -> None:
    at = look(make_film([paint(seed, width=160, height=120) for seed in range(3)]))
    first = at.climb(Level.SMALL)
    assert "1 of 3" in first.text
    assert "The one before" not in first.text
    strip = at.ask(Level.THUMBNAIL, frame="-1")
    assert len(pictures(strip)) == 1
    assert "several moments or pages in one picture" in strip.text
    assert "2 of 3" in at.ask(Level.SMALL, frame="1").text
    answer = at.ask(Level.SMALL, frame="7")
    assert pictures(answer) == []
    assert "no such page or moment" in answer.text


def test_what_cannot_be_decoded_is_said_in_words(look) -> None:
    answer = look(b"\x89PNG\r\n\x1a\n broken").climb(Level.THUMBNAIL)
    assert pictures(answer) == []
    assert "The file is damaged" in answer.text


@pytest.mark.parametrize("fields", [{"level": "9"}, {"level": "x"}, {"frame": "x"}, {"level": "2", "frame": "-7"}])
def test_nonsense_is_told_and_shows_nothing(look, fields) -> None:
    at = look()
    at.ask(Level.CARD)
    answer = at.browser.submit(f"{at.path}/show", **{"usual": "match", "level": "1"} | fields)
    assert answer.status_code in {200, 422}
    assert pictures(answer) == []


def test_a_look_takes_a_reason(look) -> None:
    at = look()
    answer = at.browser.submit(f"{at.path}/show", level="0", usual="", reason=" ")
    assert "fault" in answer.text
    assert at.reviewing.exposures(at.person) == []


def test_an_item_is_found_in_its_own_case_alone_and_without_media_there_is_nothing_to_show(browser, reviewing) -> None:
    case, other = reviewing.case(None), reviewing.case(None)
    browser.enter(reviewing.person())
    item = reviewing.items(case)[0]
    assert browser.get(f"/cases/{other}/items/{item}").status_code == 404
    assert browser.submit(f"/cases/{other}/items/{item}/show", level="0", usual="match").status_code == 404
    assert "Without media" in browser.get(f"/cases/{case}/items/{item}").text
    assert browser.submit(f"/cases/{case}/items/{item}/show", level="0", usual="match").status_code == 404


def test_what_a_complaint_says_is_read_on_its_own_and_as_the_text_that_it_is(browser, reviewing, is_escaped) -> None:
    words = '{{ 7 * 7 }}<script>alert("x")</script>'
    told = NewFlag(came_from=CameFrom.USER, category=Category.ENTICEMENT, words=words, place="room 1")
    made = flag(reviewing.desk(reviewing.person("lead")), told, subject_id="account-complained")
    path = f"/cases/{made.case_id}/items/{made.item_id}"
    browser.enter(reviewing.person())
    assert "alert" not in browser.get(path).text.partition("<main")[2]
    assert is_escaped(browser.submit(f"{path}/complaint").text)
    assert browser.enter(reviewing.person("auditor")).submit(f"{path}/complaint").status_code == 403


@pytest.mark.parametrize("frame", ["9" * 30, "-" + "9" * 30, "9223372036854775807", "-2", "1" * 5000])
@pytest.mark.parametrize("level", ["0", "1"])
def test_no_frame_that_no_file_has_is_shown_or_breaks_the_page(look, level: str, frame: str) -> None:
    at = look()
    at.ask(Level.CARD)
    answer = at.browser.submit(f"{at.path}/show", usual="match", level=level, frame=frame)
    assert answer.status_code in {200, 422}
    assert pictures(answer) == []
    assert not any(each.level.has_pixels and each.may_have_shown for each in at.reviewing.exposures(at.person))


def test_a_case_that_went_to_another_meanwhile_shows_nothing(look, reviewing, moving) -> None:
    at = look()
    at.climb(Level.THUMBNAIL)
    before, other, case = len(reviewing.exposures(at.person)), reviewing.person(), int(at.path.split("/")[2])
    moving.move(minutes=29)
    at.browser.get(at.path)  # looking at the facts keeps the session, and not the case
    moving.move(minutes=2)
    claim_case(reviewing.desk(other), case)
    answer = at.ask(Level.SMALL)
    assert pictures(answer) == []
    assert "This case is not yours at this moment." in answer.text
    assert "Take this case" not in answer.text
    assert other.name not in answer.text
    assert len(reviewing.exposures(at.person)) == before


@pytest.mark.parametrize(
    ("limits", "level", "told"),
    [
        ({"minutes_per_day": 0}, Level.CARD, "Your time at review for today is spent."),
        ({"large_minutes_per_day": 0}, Level.LARGE, "Your time for large pictures is spent for today."),
        ({"original_minutes_per_day": 0}, Level.ORIGINAL, "Your time for originals is spent for today."),
    ],
)
def test_a_spent_budget_says_so_and_until_when_and_shows_nothing(look, by_hand, limits, level, told) -> None:
    at = look()
    if level is not Level.CARD:
        at.climb(Level(level - 1))
    before, console = len(at.reviewing.exposures(at.person)), at.reviewing.console
    who = (console.engine, console.clock, by_hand, at.person.name)
    dose.set_limits(*who, OwnLimits(**limits), house=console.showing.house, reason="so")
    answer = at.ask(level)
    assert pictures(answer) == []
    assert told in answer.text
    assert "It can be asked again from" in answer.text
    assert "data:" not in answer.headers["content-security-policy"]
    assert "refresh" not in answer.headers
    assert len(at.reviewing.exposures(at.person)) == before


def test_a_break_that_is_due_pauses_looking_and_says_until_when(look, console, by_hand, moving) -> None:
    at = look()
    who = (console.engine, console.clock, by_hand, at.person.name)
    dose.set_limits(*who, OwnLimits(break_after_minutes=5), house=console.showing.house, reason="so")
    at.climb(Level.SMALL)
    for _ in range(4):
        moving.move(minutes=2)
        answer = at.ask(Level.SMALL)
    assert pictures(answer) == []
    assert "It is time for a break." in answer.text
    assert "It can be asked again from" in answer.text
    moving.move(minutes=11)
    assert len(pictures(at.ask(Level.SMALL))) == 1


def test_after_showing_again_who_they_are_the_original_is_shown(look, moving) -> None:
    at = look()
    at.climb(Level.LARGE)
    moving.move(minutes=20)
    assert at.ask(Level.ORIGINAL).headers["location"].startswith("/confirm?")
    sent = {"password": "grey otters count slowly", "next": at.path}
    assert at.browser.submit("/confirm", **sent).headers["location"] == at.path
    assert pictures(at.browser.get(at.path)) == []
    assert len(pictures(at.ask(Level.ORIGINAL))) == 1


def test_a_picture_is_in_the_answer_to_asking_and_on_no_other_page(look) -> None:
    at = look()
    assert len(pictures(at.climb(Level.SMALL))) == 1
    case, evidence = at.path.split("/")[2], at.reviewing.exposures(at.person)[0].evidence_id
    ways = ("", "/decide", "/sheet", "/imminent", f"/items/{at.path.split('/')[-1]}")
    paths = [*(f"/cases/{case}{way}" for way in ways), "/", "/queue", "/cases", "/dose", f"/evidence/{evidence}"]
    for path in paths:
        answer = at.browser.get(path)
        assert answer.status_code == 200, path
        assert "data:image" not in answer.text, path
        assert "data:" not in answer.headers["content-security-policy"], path
        assert "refresh" not in answer.headers, path


def test_a_look_at_what_a_case_holds_is_for_who_may_review_alone(look, browser, reviewing) -> None:
    at = look()
    for role in ("auditor", "reporter"):
        browser.enter(reviewing.person(role))
        assert f'action="{at.path}/show"' not in browser.get(at.path).text
        assert browser.submit(f"{at.path}/show", level="0", usual="match").status_code == 403


def test_own_words_of_a_reason_stay_text_and_are_on_record(look, is_escaped) -> None:
    at = look()
    wicked = '{{ 7 * 7 }}<script>alert("x")</script>'
    at.ask(Level.CARD, reason=wicked)
    assert at.reviewing.exposures(at.person)[0].reason == f"To see whether it is what it matched: {wicked}"
    assert is_escaped(at.browser.get("/dose/exposures").text)


@pytest.mark.parametrize("act", ["shown", "hide"])
def test_what_was_never_shown_is_neither_hidden_nor_confirmed(browser, reviewing, act: str) -> None:
    assert browser.enter(reviewing.person()).submit(f"/exposures/987654/{act}").status_code == 404


def test_what_another_tab_ended_can_be_confirmed_no_more(look) -> None:
    at = look()
    at.climb(Level.THUMBNAIL)
    first = at.reviewing.exposures(at.person)[-1].id
    at.ask(Level.SMALL)
    assert at.browser.submit(f"/exposures/{first}/shown").status_code == 400
    assert at.browser.submit(f"/exposures/{first}/hide", was_shown="on", next=at.path).status_code == 303
    ended = next(each for each in at.reviewing.exposures(at.person) if each.id == first)
    assert (ended.confirmed_at, ended.ended_by) == (None, Ending.NEXT)
