"""A report is written by people, said to be complete, and let go by another."""

import uuid
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import pytest

from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.errors import (
    AlreadyExists,
    ChangedMeanwhile,
    InvalidValue,
    KeysUnusable,
    NotAllowed,
    NotFound,
    UsageError,
)
from safelight.flow.keys.rotation import WRAPS
from safelight.flow.reporting import drafting
from safelight.jobs.queries import page_jobs
from safelight.reporting import queries, steps
from safelight.reporting.paper import paper_bytes
from safelight.reporting.report import ReportState
from safelight.reporting.report_key import CONTENT
from safelight.review import steps as review


@pytest.fixture
def rita(office):
    return office.person("rita", "reporter")


@pytest.fixture
def leo(office):
    return office.person("leo", "lead")


def drafted(office, actor, **more):
    return drafting.draft_report(office.desk(actor), office.case_id, "authority", paper=office.paper(**more))


def jobs(office):
    with read(office.place.engine) as tx:
        return [(job.kind, dict(job.args)) for job in page_jobs(tx)]


def test_from_draft_to_approval(office, rita, leo) -> None:
    report = drafted(office, rita)
    assert (report.state, report.destination, report.is_test) == (ReportState.DRAFT, "authority", False)
    drafting.complete_report(office.desk(rita), report.id)
    assert office.find(report.id).completed_by == "rita"
    assert jobs(office) == []
    drafting.approve_report(office.desk(leo), report.id)
    assert (office.find(report.id).state, office.find(report.id).approved_by) == (ReportState.APPROVED, "leo")
    assert jobs(office) == [("file_report", {"report": report.id})]
    with read(office.place.engine) as tx:
        entries = {entry.verb: entry for entry in page_entries(tx, target=f"report:{report.id}")}
        sealed = queries.sealed_content(tx, report.id)
    assert sorted(entries) == ["approve_report", "complete_report", "draft_report"]
    assert entries["approve_report"].details == {"content": sealed.digest}


def test_what_is_asked_twice_under_one_name_is_drafted_once(office, rita) -> None:
    once = uuid.uuid4().hex

    def ask():
        return drafting.draft_report(office.desk(rita), office.case_id, "authority", paper=office.paper(), once=once)

    with ThreadPoolExecutor() as pool:
        drafts = {each.result(timeout=60) for each in [pool.submit(ask) for _ in range(4)]}
    assert drafts == {ask()}
    [draft] = drafts
    assert drafted(office, rita).id != draft.id  # asked anew, another is drafted
    with read(office.place.engine) as tx:
        assert [entry.verb for entry in page_entries(tx, target=f"report:{draft.id}")] == ["draft_report"]
    with pytest.raises(AlreadyExists, match=f"drafted report {draft.id}, which is another"):
        drafting.draft_report(
            office.desk(rita), office.case_id, "authority", paper=office.paper(), once=once, follows_id=draft.id
        )


def test_nobody_approves_what_they_completed_themselves_but_in_single_person_mode(office, leo) -> None:
    report = drafted(office, leo)
    drafting.complete_report(office.desk(leo), report.id)
    with pytest.raises(NotAllowed, match="another person"):
        drafting.approve_report(office.desk(leo), report.id)
    office.is_alone = True
    drafting.approve_report(office.desk(leo), report.id)
    with read(office.place.engine) as tx:
        told = [entry for entry in page_entries(tx, target=f"report:{report.id}") if entry.verb == "approve_report"]
    assert told[0].details["alone"] is True


def test_an_edit_takes_the_completion_back(office, rita, leo) -> None:
    report = drafted(office, rita)
    drafting.complete_report(office.desk(rita), report.id)
    drafting.edit_report(office.desk(rita), report.id, office.paper(more="words"))
    assert (office.find(report.id).state, office.find(report.id).completed_by) == (ReportState.DRAFT, "")
    with pytest.raises(UsageError):
        drafting.approve_report(office.desk(leo), report.id)
    with read(office.place.engine) as tx:
        sealed = queries.sealed_content(tx, report.id)
    assert sealed.open(sealed.key(office.place.keys)) == paper_bytes(office.paper(more="words"))


def test_what_its_destination_would_not_take_is_not_complete(office, rita) -> None:
    report = drafted(office, rita, broken=True)
    with pytest.raises(InvalidValue, match="report/broken"):
        drafting.complete_report(office.desk(rita), report.id)
    assert office.find(report.id).state is ReportState.DRAFT


def test_what_waits_for_approval_can_be_given_back_with_a_reason(office, rita, leo) -> None:
    report = drafted(office, rita)
    drafting.complete_report(office.desk(rita), report.id)
    with pytest.raises(InvalidValue):
        drafting.return_report(office.desk(leo), report.id, reason=" ")
    drafting.return_report(office.desk(leo), report.id, reason="the place is missing")
    given_back = office.find(report.id)
    assert (given_back.state, given_back.failure) == (ReportState.DRAFT, "the place is missing")
    drafting.edit_report(office.desk(rita), report.id, office.paper(more="words"))
    assert office.find(report.id).failure == "the place is missing", "there may be more to be put right"
    drafting.complete_report(office.desk(rita), report.id)
    assert office.find(report.id).failure == ""


def test_why_a_draft_was_given_back_is_no_failure_once_it_is_given_up(office, rita, leo) -> None:
    report = drafted(office, rita)
    drafting.complete_report(office.desk(rita), report.id)
    drafting.return_report(office.desk(leo), report.id, reason="the place is missing")
    drafting.withdraw_report(office.desk(leo), report.id, reason="mistaken")
    assert (office.find(report.id).state, office.find(report.id).failure) == (ReportState.WITHDRAWN, "")


def test_what_is_not_on_its_way_is_given_up_at_once_and_never_filed(office, leo) -> None:
    report = office.approved()
    assert drafting.withdraw_report(office.desk(leo), report.id, reason="mistaken") is ReportState.WITHDRAWN
    office.worker().run_due()
    assert office.authority.calls == []
    with pytest.raises(UsageError):
        drafting.withdraw_report(office.desk(leo), report.id, reason="again")


def test_a_second_report_of_a_case_can_follow_the_first(office) -> None:
    first = office.approved()
    office.worker().run_due()
    desk = replace(office.desk(), needs_another=False)
    second = drafting.draft_report(desk, office.case_id, "authority", paper=office.paper(), follows_id=first.id)
    assert second.follows_id == first.id
    drafting.complete_report(desk, second.id)
    drafting.approve_report(desk, second.id)
    office.worker().run_due()
    assert office.find(second.id).state is ReportState.FILED
    assert office.find(second.id).receipt != office.find(first.id).receipt


def test_only_a_decided_case_with_something_confirmed_is_reported(office) -> None:
    with write(office.place.engine) as tx:
        review.reopen_case(tx, office.clock, office.operator, office.case_id, reason="an appeal")
    with pytest.raises(UsageError, match="decided"):
        drafted(office, office.operator)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("reporter", {"draft", "complete"}),
        ("lead", {"draft", "complete", "approve", "withdraw"}),
        ("reviewer", set()),
        ("auditor", set()),
    ],
)
def test_each_role_may_do_its_part(office, role: str, may: set[str]) -> None:
    person = office.person("somebody", role)
    desk, done = office.desk(person), set()
    report = drafted(office, office.operator)

    def attempt(name: str, act) -> None:
        try:
            act()
            done.add(name)
        except NotAllowed:
            pass

    attempt("draft", lambda: drafted(office, person))
    attempt("complete", lambda: drafting.complete_report(desk, report.id))
    if "complete" in may:
        drafting.edit_report(office.desk(), report.id, office.paper())
    drafting.complete_report(office.desk(), report.id)
    attempt("approve", lambda: drafting.approve_report(desk, report.id))
    attempt("withdraw", lambda: drafting.withdraw_report(desk, report.id, reason="r"))
    assert done == may


def test_what_there_is_not_is_told(office) -> None:
    with pytest.raises(NotFound, match="no destination"):
        drafting.draft_report(office.desk(), office.case_id, "nowhere", paper=office.paper())
    with pytest.raises(NotFound):
        drafting.approve_report(office.desk(), 99)
    other = drafted(office, office.operator)
    with pytest.raises(NotFound):
        drafting.draft_report(office.desk(), office.case_id + 1, "authority", paper=office.paper(), follows_id=other.id)


def test_a_key_that_is_rotated_takes_reports_along(office, rita) -> None:
    report, keys = drafted(office, rita), office.place.keys
    (wraps,) = [each for each in WRAPS if each.name == "reports"]
    old = keys.describe().active_key_id
    keys.rotate()
    with write(office.place.engine) as tx:
        (held,) = wraps.page(tx, other_than=keys.describe().active_key_id, after="", limit=10)
        new = keys.wrap(keys.unwrap(held.wrapped, context=held.context), context=held.context)
        assert wraps.exchange(tx, [(held, new)]) == 1
        assert old not in wraps.counts(tx)
    keys.retire(old)
    with read(office.place.engine) as tx:
        sealed = queries.sealed_content(tx, report.id)
    assert sealed.open(sealed.key(keys)) == paper_bytes(office.paper())


def digest(office, report_id: int) -> str:
    return drafting.read_content(office.desk(), report_id).digest


def test_nobody_approves_what_they_have_not_read(office, rita, leo) -> None:
    report = drafted(office, rita)
    drafting.complete_report(office.desk(rita), report.id)
    was = digest(office, report.id)
    drafting.edit_report(office.desk(rita), report.id, office.paper(more="words"))
    with pytest.raises(ChangedMeanwhile, match="Somebody changed the report"):
        drafting.approve_report(office.desk(leo), report.id, was=was)
    drafting.complete_report(office.desk(rita), report.id)
    with pytest.raises(ChangedMeanwhile):
        drafting.approve_report(office.desk(leo), report.id, was=was)
    with pytest.raises(InvalidValue, match="all 64 signs"):
        drafting.approve_report(office.desk(leo), report.id, was=was[:16])
    assert office.find(report.id).state is ReportState.APPROVAL_DUE
    assert jobs(office) == []
    now = digest(office, report.id)
    assert drafting.approve_report(office.desk(leo), report.id, was=now) == now
    assert office.find(report.id).state is ReportState.APPROVED


def test_what_is_approved_unread_is_told_by_its_digest(office) -> None:
    report = drafted(office, office.operator)
    desk = replace(office.desk(), needs_another=False)
    completed = drafting.complete_report(desk, report.id)
    assert drafting.approve_report(desk, report.id) == completed == digest(office, report.id)


def test_nobody_completes_what_they_have_not_read(office, rita) -> None:
    report = drafted(office, rita)
    was = digest(office, report.id)
    drafting.edit_report(office.desk(), report.id, office.paper(more="words"))
    with pytest.raises(ChangedMeanwhile):
        drafting.complete_report(office.desk(rita), report.id, was=was)
    assert office.find(report.id).state is ReportState.DRAFT
    drafting.complete_report(office.desk(rita), report.id, was=digest(office, report.id))
    assert office.find(report.id).state is ReportState.APPROVAL_DUE


def test_the_same_words_written_anew_are_to_be_read_anew(office, rita) -> None:
    report = drafted(office, rita)
    was = digest(office, report.id)
    drafting.edit_report(office.desk(rita), report.id, office.paper())
    assert digest(office, report.id) != was


@pytest.mark.parametrize("act", ["complete", "edit"])
def test_what_is_being_changed_at_this_moment_is_waited_for(office, rita, act: str) -> None:
    report = drafted(office, rita)
    acts = {
        "complete": lambda: drafting.complete_report(office.desk(rita), report.id),
        "edit": lambda: drafting.edit_report(office.desk(rita), report.id, office.paper(mine="words")),
    }
    with read(office.place.engine) as tx:
        sealed = queries.sealed_content(tx, report.id)
    other = sealed.key(office.place.keys).seal(CONTENT, paper_bytes(office.paper(more="words")))
    with ThreadPoolExecutor() as pool:
        with write(office.place.engine) as tx:
            steps.edit(tx, office.clock, rita, report.id, other)
            waiting = pool.submit(acts[act])
            assert not wait([waiting], timeout=0.3).done
        with pytest.raises(ChangedMeanwhile):
            waiting.result(timeout=30)
    assert office.find(report.id).state is ReportState.DRAFT
    assert drafting.read_report(office.desk(rita), report.id)[1] == office.paper(more="words")


def test_nothing_is_drafted_under_a_key_that_is_retired_at_that_moment(office, rita, monkeypatch) -> None:
    keys = office.place.keys
    monkeypatch.setattr(drafting.steps, "add_draft", _retiring(drafting.steps.add_draft, keys))
    with pytest.raises(KeysUnusable, match="retired"):
        drafted(office, rita)
    with read(office.place.engine) as tx:
        assert queries.page_reports(tx) == []


def _retiring(act, keys):
    def do(*given):
        made, old = act(*given), keys.describe().active_key_id
        keys.rotate()
        keys.retire(old)
        return made

    return do
