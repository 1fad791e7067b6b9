"""What something shows is asked for step by step; each answer holds what that step may show, and nothing more."""

import re
from base64 import b64decode

import pytest

from safelight.database.transaction import write
from safelight.flow.access import set_person_roles
from safelight.flow.review import dose
from safelight.flow.review.claiming import claim_case, release_claim
from safelight.flow.review.flagging import flag
from safelight.review.exposure.exposure import Delivery, Ending
from safelight.review.exposure.level import BOUNDS, Level
from safelight.review.flag import CameFrom, Category, NewFlag
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


def test_who_opted_out_is_told_so_and_shown_nothing(look, reviewing, console) -> None:
    at = look(categories=frozenset({"ncmec:a1"}), person=reviewing.person())
    with write(console.engine):
        pass
    dose.set_opted_out(console.engine, reviewing.desk(at.person).actor, "ncmec:a1", is_out=True)
    at.ask(Level.CARD)
    answer = at.ask(Level.THUMBNAIL)
    assert ("You opted out" in answer.text) == (pictures(answer) == [])


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
