"""What came of a report is written down, by people or from a file; what came later deletes nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.errors import AlreadyExists, InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow.outcomes.learning import add_outcome, import_outcomes, list_outcomes, read_remarks
from safelight.outcomes.outcome import CameBy, NewOutcome, OutcomeKind, Part


@pytest.fixture
def learn(bureau):
    bureau.clock.advance(days=10)

    def add(kind: OutcomeKind = OutcomeKind.RECEIVED, *, days: float = 0, actor=None, **more):
        at = bureau.clock.now() - timedelta(days=days)
        values = {"report_id": bureau.report_id, "kind": kind, "learnt_at": at}
        return add_outcome(bureau.desk(actor), NewOutcome(**values | more))

    return add


def _file(*lines: str, headings: str = "report,kind,learnt_at,from,remarks") -> bytes:
    return "\r\n".join([headings, *lines, ""]).encode()


def test_a_later_outcome_deletes_no_earlier_one(bureau, learn) -> None:
    learn(OutcomeKind.ACTED_ON, part=Part.POLICE)
    learn(OutcomeKind.RECEIVED, days=3)
    learn(OutcomeKind.CLOSED_WITHOUT_ACTION)
    told = [(each.kind.value, each.part.value) for each in list_outcomes(bureau.desk(), report_id=bureau.report_id)]
    assert told == [("acted_on", "police"), ("received", "authority"), ("closed_without_action", "authority")]


def test_the_same_outcome_is_kept_once(bureau, learn) -> None:
    first, is_new = learn(remarks="a word")
    for remarks in ("", "a word"):
        assert learn(remarks=remarks) == (first, False)
    assert is_new
    assert read_remarks(bureau.desk(), first.id) == "a word"
    assert bureau.verbs(f"outcome:{first.id}") == ["add_outcome"]


def test_remarks_on_an_outcome_that_is_there_are_not_dropped_without_a_word(bureau, learn) -> None:
    first, _ = learn(remarks="a word")
    with pytest.raises(AlreadyExists, match=rf"outcome {first.id}\. Nothing was written down") as refused:
        learn(remarks="another")
    assert "another moment" in str(refused.value)
    bare, _ = learn(part=Part.POLICE)
    with pytest.raises(AlreadyExists, match=f"outcome {bare.id}"):
        learn(part=Part.POLICE, remarks="another")
    assert list_outcomes(bureau.desk()) == [first, bare]


def test_what_a_test_host_has_comes_to_nothing(bureau, learn) -> None:
    tried = bureau.report(state="tried", is_test=True)
    with pytest.raises(UsageError, match="tried"):
        learn(report_id=tried)
    with pytest.raises(NotFound):
        learn(report_id=99)
    assert list_outcomes(bureau.desk()) == []


def test_remarks_are_sealed_and_in_no_audit_entry(bureau, learn) -> None:
    found, _ = learn(remarks="Detective Miller called")
    assert read_remarks(bureau.desk(), found.id) == "Detective Miller called"
    assert not any("Miller" in f"{each.reason} {each.details}" for each in bureau.entries())
    silent, _ = learn(OutcomeKind.REFERRED)
    with pytest.raises(NotFound, match="Nothing is written"):
        read_remarks(bureau.desk(), silent.id)


@pytest.mark.parametrize("role", ["reviewer", "analyst", "auditor"])
def test_who_may_not_write_outcomes_writes_none(bureau, learn, role) -> None:
    somebody = bureau.person("bo", role)
    with pytest.raises(NotAllowed, match="outcome:write"):
        learn(actor=somebody)
    with pytest.raises(NotAllowed, match="outcome:write"):
        import_outcomes(bureau.desk(somebody), b"no such file")
    assert list_outcomes(bureau.desk()) == []


def test_reporters_write_and_auditors_read_and_reviewers_see_nothing(bureau, learn) -> None:
    found, _ = learn(actor=bureau.person("cy", "reporter"), remarks="word")
    auditor, reviewer = bureau.desk(bureau.person("di", "auditor")), bureau.desk(bureau.person("ed", "reviewer"))
    assert list_outcomes(auditor) == [found]
    assert read_remarks(auditor, found.id) == "word"
    for ask in (lambda: list_outcomes(reviewer), lambda: read_remarks(reviewer, found.id)):
        with pytest.raises(NotAllowed, match="outcome:read"):
            ask()


def test_a_file_is_taken_in_as_a_whole_and_once(bureau, learn) -> None:
    learn()
    day = f"{bureau.clock.now():%Y-%m-%d}"
    data = _file(
        f"{bureau.report_id},acted_on,{day}T08:00:00+01:00,police,", f'{bureau.report_id},referred,{day},,"a, b"'
    )
    assert import_outcomes(bureau.desk(), data) == (2, 0)
    assert import_outcomes(bureau.desk(), b"\xef\xbb\xbf" + data) == (0, 2)
    acted, referred = list_outcomes(bureau.desk(), report_id=bureau.report_id, limit=10)[1:]
    assert (acted.part, acted.came_by, acted.learnt_at.hour) == (Part.POLICE, CameBy.IMPORT, 7)
    midnight = datetime(*bureau.clock.now().timetuple()[:3], tzinfo=UTC)
    assert (referred.part, referred.learnt_at) == (Part.AUTHORITY, midnight)
    assert read_remarks(bureau.desk(), referred.id) == "a, b"


def test_a_file_with_faults_is_not_taken_in_and_every_fault_is_told_with_its_line(bureau, learn) -> None:
    learn()
    tried, day = bureau.report(state="tried", is_test=True), f"{bureau.clock.now():%Y-%m-%d}"
    data = _file(
        f"{bureau.report_id},acted_on,{day},,Miller",
        f"{bureau.report_id},arrested Miller,{day},,",
        f"{tried},received,{day},,",
        f'99,received,{day},,"Miller\nsaid"',
        f"{bureau.report_id},received,yesterday with Miller,,",
        f"{bureau.report_id},received,{day},Miller,",
        f"{bureau.report_id},received,{day},,,Miller",
        f"Miller,received,{day},,",
        f"{bureau.report_id},received,{day}T09:00,,",
        f"{bureau.report_id},received,1999-01-01,,",
    )
    with pytest.raises(InvalidValue) as refused:
        import_outcomes(bureau.desk(), data)
    told = str(refused.value)
    assert [line.split(":")[0] for line in told.splitlines()[1:]] == [
        f"line {n}" for n in (3, 4, 6, 7, 8, 9, 10, 11, 12)
    ]
    assert "It has 9 faults" in told
    assert "Miller" not in told
    assert len(list_outcomes(bureau.desk())) == 1


@pytest.mark.long
def test_a_file_of_ten_thousand_outcomes_is_taken_in(bureau, learn) -> None:
    ids = [bureau.report_id, *(bureau.report() for _ in range(99))]
    bureau.clock.advance(days=200)
    start = bureau.clock.now() - timedelta(days=150)
    lines = [f"{number},referred,{start + timedelta(days=day):%Y-%m-%d}," for number in ids for day in range(100)]
    data = _file(*lines, headings="report,kind,learnt_at,from")
    assert import_outcomes(bureau.desk(), data) == (10_000, 0)
    assert import_outcomes(bureau.desk(), data) == (0, 10_000)
