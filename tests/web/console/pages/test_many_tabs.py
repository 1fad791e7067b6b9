"""Many tabs at once, a clock that is set back, a key of a program: none of them shows more than one tab would."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from safelight.access.api_key import NewApiKey
from safelight.flow.access import create_key
from safelight.flow.review import dose
from safelight.review.exposure.level import Level
from safelight.review.exposure.limits import OwnLimits

_PICTURE = re.compile(r'src="data:image/jpeg;base64,')
TABS = 4
"""As many as the console of the tests answers at once."""


@pytest.fixture
def at_thumbnail(browser, reviewing):
    """Somebody who was shown the thumbnail of an item, and what asks for a level of it."""
    case, person = reviewing.case(reviewing.seal(reviewing.picture())), reviewing.person()
    path = f"/cases/{case}/items/{reviewing.items(case)[0]}"
    browser.enter(person).submit(f"/cases/{case}/claim")

    def ask(level: Level):
        return browser.submit(f"{path}/show", level=str(level.value), usual="match")

    ask(Level.CARD)
    assert _PICTURE.search(ask(Level.THUMBNAIL).text)
    return person, ask


def test_many_tabs_at_once_are_shown_no_more_than_the_day_has(at_thumbnail, reviewing, console, by_hand) -> None:
    """A minute of review, and five seconds at least for each picture: twelve of them, however they are asked for."""
    person, ask = at_thumbnail
    limits = OwnLimits(minutes_per_day=1)
    dose.set_limits(
        console.engine, console.clock, by_hand, person.name, limits, house=console.showing.house, reason="a trial"
    )
    with ThreadPoolExecutor(TABS) as tabs:
        answers = list(tabs.map(ask, [Level.THUMBNAIL] * 12))
    answers += [ask(Level.THUMBNAIL) for _ in range(12)]
    sent = 1 + sum(bool(_PICTURE.search(answer.text)) for answer in answers)
    log = [each for each in reviewing.exposures(person) if each.may_have_shown]
    assert sent == len(log) <= 12
    assert "Your time at review for today is spent." in answers[-1].text
    ends = [each.ended_at or each.must_hide_at for each in log]
    assert all(end <= later.revealed_at for end, later in zip(ends, log[1:], strict=False))


@pytest.mark.parametrize("back", [timedelta(minutes=10), timedelta(hours=12)])
def test_a_clock_that_is_set_back_gains_nothing(back, at_thumbnail, reviewing, moving) -> None:
    person, ask = at_thumbnail
    before = moving.ahead
    moving.ahead = before - back
    try:
        answer = ask(Level.SMALL)
    finally:
        moving.ahead = before
    assert not _PICTURE.search(answer.text)
    assert [each.level for each in reviewing.exposures(person)] == [Level.CARD, Level.THUMBNAIL]


def test_a_key_of_a_program_opens_no_page(browser, reviewing, console, by_hand) -> None:
    case = reviewing.case(reviewing.seal(reviewing.picture()))
    secret = create_key(console.engine, console.clock, by_hand, NewApiKey(name="a-program", role_name="admin"))[1]
    browser.get("/sign-in")
    browser.headers["authorization"] = f"Bearer {secret}"
    path = f"/cases/{case}/items/{reviewing.items(case)[0]}"
    for answer in (browser.get(path), browser.submit(f"{path}/show", level="0"), browser.submit("/queue/next")):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
