"""Every byte that the service sends while somebody reviews, and every byte that their browser keeps of it on disk."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from safelight.access.queries import find_person
from safelight.database.transaction import read, write
from safelight.review.exposure.exposure import STRIP, Delivery, Ending
from safelight.review.exposure.level import BOUNDS, Level
from safelight.review.exposure.queries import page_own
from safelight.review.queries import page_items
from safelight.testing.demo_cases import UPLOADS, picture_of
from safelight.testing.shown_pictures import measure
from safelight.vault.purpose import Purpose

RUN = 64
"""A run of so many bytes, the same in two places, is taken to be copied."""
PICTURE = re.compile(rb'data-exposure="(\d+)"[^>]*>\s*<img src="data:image/jpeg;base64,([A-Za-z0-9+/=]+)"')
PIXELS = [level for level in Level if level.has_pixels]


@dataclass
class Sent:
    """A picture as it was sent: within which answer, by which exposure, at which level and frame it was asked for."""

    place: int
    exposure: int
    level: Level
    frame: int
    data: bytes


@dataclass
class Journey:
    """What came of a journey: the browser's folder, the pictures in the order of their sending, the originals."""

    profile: Path
    sent: list[Sent]
    sealed: dict[str, bytes]


@pytest.fixture(scope="module")
def thoroughly() -> None:
    """No page is looked at here as a picture: once is enough."""


@pytest.fixture(scope="module")
def like(filled):
    return filled.folder


@pytest.fixture(scope="module", autouse=True)
def cases(filled):
    return filled.cases


@pytest.fixture(scope="module")
def person(live):
    return live.enrol("eyes@example.org", "reviewer")


def items_of(live, case_id: int):
    with read(live.house.engine) as tx:
        return page_items(tx, case_id)


def sealed_bytes(live, evidence_id: str) -> bytes:
    """The original, as only the vault gives it."""
    house = live.house
    with write(house.engine) as tx:
        grant = house.vault.open(tx, house.actor, evidence_id, Purpose.REVIEW, "to compare it with what is sent")
    with house.vault.read(house.engine, grant) as content:
        return content.read(0, content.size_bytes)


def take(page: Page, case_id: int) -> None:
    page.goto(f"/cases/{case_id}")
    page.click("text=Take this case")
    expect(page.locator(".done")).to_be_visible()


def step(page: Page) -> None:
    """Ask for the next step, and wait until what it shows is confirmed, where it shows anything."""
    if page.locator("#steps").locator("xpath=..").locator("[name=level]").first.input_value() == "0":
        page.keyboard.press("v")
        expect(page.locator("text=Show a thumbnail")).to_be_visible()
        return
    with page.expect_response("**/exposures/*/shown") as told:
        page.keyboard.press("v")
    assert told.value.status == 204


def press(page: Page, name: str) -> None:
    with page.expect_response("**/exposures/*/shown"):
        page.get_by_role("button", name=name, exact=True).first.click()


def fetch_unseen(page: Page, path: str, level: Level) -> None:
    """Ask for a picture by a script, and put it nowhere: it is sent, and stands on no screen."""
    form = urlencode({"csrf": page.locator("[name=csrf]").first.input_value(), "level": level.value, "usual": "rest"})
    script = "([path, body]) => fetch(path, {method: 'POST', body: new URLSearchParams(body)}).then(it => it.status)"
    assert page.evaluate(script, [f"{path}/show", form]) == 200


def look_at_still(page: Page, path: str) -> None:
    """Go from nothing to the original, each step by a key, and hide it by a key."""
    page.goto(path)
    for _ in Level:
        step(page)
    page.keyboard.press("x")
    expect(page.locator("figure.shown")).to_have_count(0)


def look_at_several(page: Page, path: str) -> None:
    """Look at two pages or moments, and at a strip of all between them."""
    page.goto(path)
    for _ in (Level.CARD, Level.THUMBNAIL, Level.SMALL):
        step(page)
    for name in ("Several in one picture", "The first by itself", "The next one"):
        press(page, name)
    step(page)


@pytest.fixture(scope="module")
def journey(live, cases, person, open_profile, tmp_path_factory) -> Journey:
    """Somebody looks at stills, at a file of several pages and at a video, in every way that the pages offer."""
    profile, sealed = tmp_path_factory.mktemp("profile"), {}
    context = open_profile(profile, person)
    page = context.pages[0]
    for subject, look in (("demo-4711", look_at_still), ("demo-4714", look_at_several)):
        case_id = cases.by_subject[subject]
        take(page, case_id)
        for item in items_of(live, case_id)[:2]:
            look(page, f"/cases/{case_id}/items/{item.id}")
            sealed[item.evidence_id] = sealed_bytes(live, item.evidence_id)
    for _ in (Level.LARGE, Level.ORIGINAL):
        step(page)
    page.go_back()
    page.goto(f"/cases/{case_id}/items/{item.id}")
    fetch_unseen(page, f"/cases/{case_id}/items/{item.id}", Level.SMALL)
    context.close()
    return Journey(profile, list(pictures_in(live.answers)), sealed)


def pictures_in(answers: Iterable[Any]) -> Iterator[Sent]:
    """Find every picture that was sent, wherever it stands."""
    for place, answer in enumerate(answers):
        for exposure, held in PICTURE.findall(answer.body):
            level, frame = Level(int(answer.form["level"])), int(answer.form.get("frame", 0))
            yield Sent(place, int(exposure), level, frame, b64decode(held))


def exposures_of(live, person):
    with read(live.house.engine) as tx:
        return page_own(tx, find_person(tx, person.name).id, limit=1000)


class Runs:
    """Every run of some contents, as many bytes beside each other, to be found again at any place in other bytes.

    A copy of at least twice `RUN` bytes holds one of them whole. Runs of few different bytes are left out: plain areas
    and padding are alike everywhere.
    """

    def __init__(self, contents: Iterable[bytes]) -> None:
        cut = (each[at : at + RUN] for each in contents for at in range(0, len(each) - RUN + 1, RUN))
        self._runs = {run for run in cut if len(set(run)) >= 20}
        self._heads = np.zeros(1 << 24, bool)
        self._heads[self._hash(np.frombuffer(b"".join(run[:8] for run in self._runs), "<u8"))] = True

    def __len__(self) -> int:
        return len(self._runs)

    def found_in(self, data: bytes) -> bool:
        """Whether one of them is in the bytes."""
        return any(self._runs_at(data, shift) for shift in range(8))

    def _runs_at(self, data: bytes, shift: int) -> bool:
        words = np.frombuffer(data, "<u8", count=max(0, (len(data) - shift) // 8), offset=min(shift, len(data)))
        places = np.flatnonzero(self._heads[self._hash(words)]) * 8 + shift
        return any(data[at : at + RUN] in self._runs for at in places.tolist())

    @staticmethod
    def _hash(words: np.ndarray) -> np.ndarray:
        return (words * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)


def image_data(content: bytes) -> bytes:
    """Return a file without the tables that all JPEGs of a kind have in common."""
    return content[content.index(b"\xff\xda") :] if content.startswith(b"\xff\xd8") else content


def forms_of(contents: Iterable[bytes]) -> Iterator[bytes]:
    """Return contents in each form in which a browser may hold them: as bytes, as text, as text of two bytes a sign."""
    for content in contents:
        text = b64encode(content).decode()
        tail = text[4 * (content.index(b"\xff\xda") // 3) :] if content.startswith(b"\xff\xd8") else text
        yield from (image_data(content), tail.encode(), tail.encode("utf-16-le"))


def files_holding(runs: Runs, folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and runs.found_in(path.read_bytes())]


def test_there_is_something_to_be_looked_at(journey) -> None:
    """What is found to be nowhere below would be found: every level, stills, pages, moments and strips were sent."""
    assert {each.level for each in journey.sent} == set(PIXELS)
    assert {each.frame for each in journey.sent} == {STRIP, 0, 1}
    looked_at = [upload for upload in UPLOADS if upload.subject_id in {"demo-4711", "demo-4714"}]
    assert set(journey.sealed.values()) == {
        picture_of(upload) for upload in looked_at if upload.alteration != "resized"
    }
    assert len(journey.sent) == 2 * 4 + 2 * 6 + 2 + 1


def test_no_picture_exceeds_the_side_and_the_detail_of_its_level(journey) -> None:
    for each in journey.sent:
        bound, measured = BOUNDS[each.level], measure(each.data, each.level)
        assert max(measured.width, measured.height) <= bound.most_side
        assert measured.is_grey or not bound.is_grey
        assert measured.beyond < 2


def test_pictures_are_in_the_page_that_was_asked_for_and_in_no_other_answer(live, journey) -> None:
    shown = {each.place for each in journey.sent}
    for place, answer in enumerate(live.answers):
        assert answer.body.count(b"data:image") == (1 if place in shown else 0), answer.asked
        assert b"\xff\xd8\xff" not in answer.body
        assert answer.kind.partition(";")[0] in {"", "text/html", "text/css", "text/javascript", "text/plain"}
    assert {re.sub(r"\d+", "1", live.answers[place].asked) for place in shown} == {"POST /cases/1/items/1/show"}


def test_nothing_of_an_original_is_ever_sent(live, journey) -> None:
    """Not even at the original's step: what is sent then is drawn anew."""
    runs = Runs(forms_of(journey.sealed.values()))
    assert len(runs) > 10_000
    assert not any(runs.found_in(answer.body) for answer in live.answers)
    assert not any(runs.found_in(each.data) for each in journey.sent)


def test_what_looks_for_runs_finds_them(journey) -> None:
    sealed = list(journey.sealed.values())
    runs = Runs(forms_of(sealed))
    for content in sealed:
        middle = len(content) // 2
        for part in (content[middle : middle + 200], b64encode(content)[middle : middle + 200]):
            assert runs.found_in(b"<p>" + part + b"</p>")
    assert not runs.found_in(b"")
    assert not runs.found_in(bytes(range(256)) * 64)


def test_the_browser_keeps_nothing_of_it_on_disk(live, journey, tmp_path) -> None:
    """What it keeps of the pages' style is found by the same search, and so is a picture that somebody puts there."""
    runs = Runs(forms_of([*journey.sealed.values(), *(each.data for each in journey.sent)]))
    assert files_holding(runs, journey.profile) == []
    style = [answer.body for answer in live.answers if answer.kind.startswith("text/css")]
    assert files_holding(Runs(style), journey.profile) != []
    for number, form in enumerate(forms_of([journey.sent[0].data, picture_of(UPLOADS[-1])])):
        (tmp_path / f"held-{number}").write_bytes(b"head" + form + b"tail")
    assert len(files_holding(runs, tmp_path)) == 6


def test_what_is_on_record_is_what_was_sent_no_more_and_no_less(live, person, journey) -> None:
    recorded = [each for each in exposures_of(live, person) if each.level.has_pixels]
    assert {each.delivery for each in recorded} == {Delivery.DELIVERED}
    told = [(each.id, each.level, each.frame) for each in recorded]
    assert told == [(each.exposure, each.level, each.frame) for each in journey.sent]
    for each, sent in zip(recorded, journey.sent, strict=True):
        assert each.evidence_id == evidence_named(live, live.answers[sent.place].asked)


def evidence_named(live, asked: str) -> str:
    """Return the evidence of the item that an address names."""
    case_id, item_id = (int(each) for each in re.findall(r"\d+", asked))
    return next(item.evidence_id for item in items_of(live, case_id) if item.id == item_id)


def test_confirmed_are_those_that_stood_on_the_screen(live, person, journey) -> None:
    recorded = [each for each in exposures_of(live, person) if each.level.has_pixels]
    assert [each.confirmed_at is not None for each in recorded] == [True] * (len(recorded) - 1) + [False]
    assert all(each.ended_at is not None for each in recorded[:-1])
    assert {each.ended_by for each in recorded[:-1]} <= {Ending.HIDDEN, Ending.NEXT}
