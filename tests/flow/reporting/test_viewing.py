"""What a report says of whether a file was viewed equals the exposure log: never yes in part, never no after a look."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pyrage
import pytest

from safelight.database.transaction import read, write
from safelight.flow.evidence.handing_over import hand_over
from safelight.flow.reporting import drafting, viewing
from safelight.flow.reporting.viewing import Before, viewed_of
from safelight.intake.media import Answer
from safelight.reporting.paper import PaperFile
from safelight.reporting.report import ReportState
from safelight.review import steps as review
from safelight.review.case import About, ItemKind, NewItem
from safelight.review.exposure import store
from safelight.review.exposure.exposure import STRIP, NewExposure
from safelight.review.exposure.level import Level
from safelight.review.exposure.steps import erase_old
from safelight.testing.evidence import destroy_evidence, seal_bytes
from safelight.vault.hand_over import HandOver
from safelight.vault.holding import keep_from_opening
from safelight.vault.manifest import SealedOrigin, Told
from safelight.vault.purpose import Purpose

PEOPLE = (1, 2, 3)
FILED, READ = 12, 30
"""Histories by default, on each database: filed, and read off the log. The long run files 10,000, half on each."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """One reveal as it happened, for the plain reading below: all by itself, and none of our records."""

    who: int
    level: int  # 0 the card, 4 the original
    frame: int
    frames: int | None
    came: str  # opened, delivered, failed
    whole: bool
    confirmed: bool
    forgotten: bool = False


@dataclass
class History:
    """What became of one upload and of another of the very same bytes."""

    before: str
    looks: list[Look] = field(default_factory=list)
    of_the_copy: list[Look] | None = None
    copy_before: str = "unknown"
    meanwhile: list[Look] = field(default_factory=list)


def read_plainly(history: History) -> str:
    """Say what DESIGN 4 asks for, by its words alone.

    yes: the whole original was delivered at the original step and confirmed as shown (of frames: every one, undamaged,
    to one person; of exposures whose person was forgotten each stands alone). no: nothing beyond the card was
    delivered, here and of its copy, and the platform says that nobody saw either. Else unknown.
    """
    looks = [*history.looks, *history.meanwhile]
    originals = [
        each for each in looks if each.level == 4 and each.came == "delivered" and each.confirmed and each.whole
    ]
    numbers = {each.frames for each in originals if each.frames is not None}
    if len(numbers) == 1:
        (number,) = numbers
        for who in PEOPLE:
            theirs = [each for each in originals if each.who == who and not each.forgotten]
            if {each.frame for each in theirs if each.frames is not None} >= set(range(number)):
                return "yes"
        if number == 1 and any(each.forgotten and each.frames == 1 and each.frame == 0 for each in originals):
            return "yes"
    anywhere = [*looks, *(history.of_the_copy or [])]
    if any(each.level > 0 and each.came != "failed" for each in anywhere):
        return "unknown"
    if history.of_the_copy is not None and history.copy_before == "yes":
        return "unknown"
    return "no" if history.before == "no" else "unknown"


def make_up(chance: random.Random) -> History:
    """Make a history: most have few looks, and many come near to a yes or a no."""
    frames = chance.choice([1, 1, 1, 2, 3, None])
    history = History(before=chance.choice(["no", "no", "yes", "unknown"]))
    kind = chance.randrange(6)
    if kind in {0, 1, 5}:  # hardly anything
        history.looks = [make_look(chance, frames, card=0.8) for _ in range(chance.randrange(3))]
    elif kind == 2:  # one person goes through all of it, or nearly
        history.looks = go_through(chance, frames)
    elif kind == 3:  # several do, each a part
        history.looks = [*go_through(chance, frames), *go_through(chance, frames)]
        chance.shuffle(history.looks)
    else:
        history.looks = [make_look(chance, frames) for _ in range(chance.randrange(8))]
    if chance.random() < 0.3:
        history.of_the_copy = [make_look(chance, frames, card=0.6) for _ in range(chance.randrange(3))]
        history.copy_before = chance.choice(["no", "yes", "unknown"])
    if chance.random() < 0.2:
        history.meanwhile = go_through(chance, frames) if chance.random() < 0.5 else [make_look(chance, frames)]
    return history


def go_through(chance: random.Random, frames: int | None) -> list[Look]:
    """Let one person see every frame as the original; sometimes one step of it goes wrong."""
    who, forgotten = chance.choice(PEOPLE), chance.random() < 0.2
    usual = {"who": who, "forgotten": forgotten, "frames": frames, "came": "delivered", "whole": True}
    looks = [Look(level=0, frame=0, confirmed=False, **usual | {"frames": None})]
    for frame in range(frames or 1):
        looks += [Look(level=level, frame=frame, confirmed=level == 4, **usual) for level in (1, 4)]
    if chance.random() < 0.5:
        at = chance.randrange(len(looks))
        fault = chance.choice(
            [
                {"came": "failed"},
                {"came": "opened"},
                {"whole": False},
                {"confirmed": False},
                {"who": chance.choice(PEOPLE)},
            ]
        )
        looks[at] = replace(looks[at], **fault)
    return [possible(each) for each in looks]


def make_look(chance: random.Random, frames: int | None, *, card: float = 0.2) -> Look:
    level = 0 if chance.random() < card else chance.choice([1, 2, 3, 4, 4])
    frame = STRIP if level in {1, 2} and chance.random() < 0.2 else chance.randrange(frames or 4)
    return possible(
        Look(
            who=chance.choice(PEOPLE),
            level=level,
            frame=frame,
            frames=chance.choice([frames, frames, frames, None, 5]),
            came=chance.choice(["delivered", "delivered", "delivered", "opened", "failed"]),
            whole=chance.random() < 0.8,
            confirmed=chance.random() < 0.7,
            forgotten=chance.random() < 0.2,
        )
    )


def possible(look: Look) -> Look:
    """What is not delivered has no frames, is not whole and was not confirmed: there is no such row."""
    if look.came == "delivered":
        return look if look.level else replace(look, frames=None)
    return replace(look, frames=None, whole=False, confirmed=False)


def happen(office, evidence_id: str, looks: list[Look]) -> None:
    """Let looks happen, by the rows that the steps of showing write, and forget to whom where that is so."""
    with write(office.place.engine) as tx:
        for each in looks:
            at = office.clock.now()
            new = NewExposure(
                person_id=each.who,
                evidence_id=evidence_id,
                level=Level(each.level),
                frame=each.frame,
                reason="to review",
                revealed_at=at - timedelta(days=800 if each.forgotten else 0),
                must_hide_at=at + timedelta(seconds=30),
            )
            number = store.add(tx, new)
            if each.came == "failed":
                store.set_failed(tx, number, at)
            elif each.came == "delivered":
                store.set_delivered(tx, number, frame_count=each.frames, is_sound=each.whole)
                if each.confirmed:
                    store.set_confirmed(tx, number, at)
        if any(each.forgotten for each in looks):
            before = office.clock.now() - timedelta(days=730)
            erase_old(tx, office.clock, office.operator, before=before, kept_ids=PEOPLE)


def sealed(office, tmp_path, data: bytes, before: str = "unknown") -> str:
    told = {"origin": SealedOrigin(viewed_before_intake=Told(before))}
    return seal_bytes(office.place, office.operator, tmp_path / "spool", [data], told=told).id


def in_case(office, *evidence_ids: str, media_key: bytes = b"") -> None:
    with write(office.place.engine) as tx:
        case_id = review.open_or_join(tx, office.clock, office.operator, About(subject_id="account 7")).case_id
        for each in evidence_ids:
            new = NewItem(evidence_id=each, kind=ItemKind.HAND, content_id="", media_key=media_key)
            review.add_item(tx, office.clock, office.operator, case_id, new)


def file_it(office, files: list[PaperFile], *, meanwhile: Callable[[str], None] = lambda _kind: None) -> dict[str, str]:
    """File a report of these, and return what the authority was told of each: yes, no or unknown."""
    paper = replace(office.paper(), files=tuple(files))
    desk = replace(office.desk(), needs_another=False)
    report = drafting.draft_report(desk, office.case_id, "authority", paper=paper)
    drafting.complete_report(desk, report.id)
    drafting.approve_report(desk, report.id)
    line = office.line(meanwhile=meanwhile)
    for _ in range(4):
        office.worker(line).run_due()
        office.clock.advance(minutes=31)
    assert office.find(report.id).state is ReportState.FILED, office.told
    (finished,) = office.authority.of(report.mark, "finished")
    return {told["evidence"]: told["viewed"] for told in finished.described.values()}


def undecided(office, monkeypatch) -> None:
    """Let a case be reported though files were added to it that nobody decided on: here it is about what was shown."""
    monkeypatch.setattr(drafting, "require_confirmed", lambda _tx, _case_id: None)


def check_histories(office, tmp_path, seed: int, count: int) -> dict[str, int]:
    chance = random.Random(seed)  # noqa: S311 - seeded, so that it can be made again
    histories = [make_up(chance) for _ in range(count)]
    ids: list[str] = []
    for number, each in enumerate(histories):
        data = b"%d %d" % (seed, number)
        ids.append(sealed(office, tmp_path, data, each.before))
        happen(office, ids[-1], each.looks)
        if each.of_the_copy is not None:
            happen(office, sealed(office, tmp_path, data, each.copy_before), each.of_the_copy)
    in_case(office, *ids)
    left = dict(zip(ids, histories, strict=True))
    moments = {each: chance.choice(["open", "upload", "describe", "before finish"]) for each in ids}

    def meanwhile(kind: str) -> None:
        last = kind == "describe" and office.authority.calls.count("describe") % count == 0
        for evidence_id, history in list(left.items()):
            if moments[evidence_id] == kind or (last and moments[evidence_id] == "before finish"):
                del left[evidence_id]
                happen(office, evidence_id, history.meanwhile)

    told = file_it(
        office,
        [
            PaperFile(evidence_id=each, viewed_before_intake=Answer(one.before))
            for each, one in zip(ids, histories, strict=True)
        ],
        meanwhile=meanwhile,
    )
    assert not left  # all of it happened
    for evidence_id, history in zip(ids, histories, strict=True):
        assert told[evidence_id] == read_plainly(history), history
    return {answer: sum(1 for each in told.values() if each == answer) for answer in ("yes", "no", "unknown")}


def test_what_is_told_equals_the_log(office, tmp_path, monkeypatch) -> None:
    undecided(office, monkeypatch)
    found = check_histories(office, tmp_path, 9, FILED)
    assert min(found.values()) > 0  # each answer is tried


def read_histories(office, seed: int, count: int) -> Counter[str]:
    """Hold what is read off the log against a plain reading, before anything is filed."""
    chance, found = random.Random(seed), Counter()  # noqa: S311 - as above
    for number in range(count):
        history, evidence_id = make_up(chance), f"{number:032}"
        happen(office, evidence_id, history.looks)
        with read(office.place.engine) as tx:
            answer = viewed_of(tx, evidence_id, Before(answer=Answer(history.before))).answer
        assert answer.value == read_plainly(replace(history, meanwhile=[], of_the_copy=None)), history
        found[answer.value] += 1
    return found


def test_the_log_says_what_a_plain_reading_of_it_does(office) -> None:
    assert set(read_histories(office, 11, READ)) == {"yes", "no", "unknown"}


@pytest.mark.long
def test_the_log_says_what_a_plain_reading_of_it_does_ten_thousand_times(office) -> None:
    print(f"{office.place.engine.dialect.name}: {read_histories(office, 12, 10_000)}")


def as_no(evidence_id: str) -> PaperFile:
    return PaperFile(evidence_id=evidence_id, viewed_before_intake=Answer.NO)


WHOLE = Look(who=1, level=4, frame=0, frames=1, came="delivered", whole=True, confirmed=True)


def test_no_is_not_said_of_bytes_that_somebody_saw_or_was_given_by_another_way(office, tmp_path, monkeypatch) -> None:
    undecided(office, monkeypatch)
    plain, copied, gone, handed, ticked = (
        sealed(office, tmp_path, data, "no") for data in (b"1", b"2", b"3", b"4", b"5")
    )
    said = sealed(office, tmp_path, b"6", "yes")
    copy = sealed(office, tmp_path, b"2", "unknown")
    happen(office, copy, [WHOLE])
    destroyed = sealed(office, tmp_path, b"3", "no")
    happen(office, destroyed, [replace(WHOLE, level=1, confirmed=False)])
    in_case(office, gone, destroyed, media_key=b"the same")
    in_case(office, plain, copied, handed, ticked, said)
    destroy_evidence(office.place, office.operator, destroyed)
    asked = HandOver(
        evidence_ids=(handed,),
        recipients=(str(pyrage.x25519.Identity.generate().to_public()),),
        recipient_name="Cyber unit",
        legal_basis="a warrant",
        reason="as it orders",
    )
    hand_over(office.place, office.operator, asked, tmp_path / "bundle.age")
    told = file_it(
        office,
        [
            *map(as_no, (plain, copied, gone, handed)),
            PaperFile(evidence_id=ticked, viewed_before_intake=Answer.YES),  # somebody knows more than the platform did
            as_no(said),  # and what is written here makes no "no" of its "yes"
        ],
    )
    assert told == {
        plain: "no",
        copied: "unknown",
        gone: "unknown",
        handed: "unknown",
        ticked: "unknown",
        said: "unknown",
    }


def test_a_sentence_says_why_it_is_not_known(office, tmp_path) -> None:
    evidence_id = sealed(office, tmp_path, b"again and again", "no")
    before = Before(answer=Answer.NO)

    def sentence(**more) -> str:
        with read(office.place.engine) as tx:
            found = viewed_of(tx, evidence_id, replace(before, **more))
        return f"{found.answer}: {found.sentence}"

    assert sentence().startswith("no: Nothing beyond the card of facts was delivered here, and the platform said")
    copy = sealed(office, tmp_path, b"again and again", "no")
    assert "came once more at this moment" in sentence()
    assert sentence(copies=frozenset({copy})).startswith("no")
    assert "somebody saw it." in sentence(copies=frozenset({copy}), doubt="somebody saw it.")
    happen(office, copy, [replace(WHOLE, came="failed", frames=None, whole=False, confirmed=False)])
    assert sentence(copies=frozenset({copy})).startswith("no")
    happen(office, copy, [replace(WHOLE, confirmed=False)])
    assert "another upload of the very same bytes may have been seen here" in sentence(copies=frozenset({copy}))


def test_of_very_many_copies_none_is_asked_and_nothing_is_claimed(office, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(viewing, "MOST_COPIES", 2)
    undecided(office, monkeypatch)
    ids = [sealed(office, tmp_path, b"everywhere", "no") for _ in range(4)]
    in_case(office, *ids)
    assert file_it(office, [as_no(ids[0])]) == {ids[0]: "unknown"}


def test_a_look_while_it_is_finished_is_told_for_nothing_can_be_taken_back(office, tmp_path, monkeypatch) -> None:
    undecided(office, monkeypatch)
    evidence_id = sealed(office, tmp_path, b"at the last moment", "no")
    in_case(office, evidence_id)
    left = [[WHOLE]]

    def meanwhile(kind: str) -> None:
        if kind == "finish" and left:
            happen(office, evidence_id, left.pop())

    assert file_it(office, [as_no(evidence_id)], meanwhile=meanwhile) == {evidence_id: "no"}
    assert "while it was being finished somebody was shown one of its files" in office.told[-1]


def test_nobody_is_let_in_between_the_last_look_at_the_log_and_its_commit(office, tmp_path) -> None:
    evidence_id, opened = sealed(office, tmp_path, b"at one moment"), threading.Event()

    def let_in() -> None:
        with write(office.place.engine) as tx:
            office.vault.open(tx, office.operator, evidence_id, Purpose.REVIEW, "to look")
        opened.set()

    with write(office.place.engine) as tx:
        keep_from_opening(tx, [evidence_id])
        other = threading.Thread(target=let_in)
        other.start()
        assert not opened.wait(0.3)
    assert opened.wait(30)
    other.join()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(25))
def test_what_is_told_equals_the_log_of_ten_thousand_histories(office, tmp_path, monkeypatch, seed: int) -> None:
    undecided(office, monkeypatch)
    found = check_histories(office, tmp_path, 1000 + seed, 200)
    print(f"{office.place.engine.dialect.name}: {found}")
