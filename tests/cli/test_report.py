"""A report is drafted, let go, filed and looked at by commands that tell at each step where it stands."""

import json
from pathlib import Path
from typing import Any

import pytest

from safelight.access.queries import person_actor
from safelight.database.transaction import read, write
from safelight.flow.reporting import drafting
from safelight.reporting.store import report_rows


@pytest.fixture
def call(run: Any, authority: Any, reportable: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Any:
    """Run a command where there is a destination whose reports count; return its status and what it said."""

    def do(*tokens: object) -> tuple[int, str]:
        capfd.readouterr()
        status = run(*tokens)
        said = capfd.readouterr()
        return status, said.out + said.err

    (tmp_path / "config.json").write_text(json.dumps({"test": False, "password": "p"}))
    (tmp_path / "routes").write_text("* * * ncmec\n")
    assert do("destination", "add", "ncmec", "--kind", "ncmec", "--from", tmp_path / "config.json")[0] == 0
    assert do("destination", "route", "set", tmp_path / "routes")[0] == 0
    return do


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch live reporting on, and let one person do both."""
    monkeypatch.setenv("SAFELIGHT_LIVE_REPORTING", "true")
    monkeypatch.setenv("SAFELIGHT_REPORT_APPROVAL_BY_ANOTHER", "false")


def test_from_a_case_to_the_receipt(call, live: None, authority: Any, reportable: int) -> None:
    status, said = call("report", "draft", reportable)
    assert status == 0
    assert "Line 1 of the routing table leads to ncmec." in said
    assert "Report 1 is drafted" in said
    assert "lacks report/place: Without it nobody knows where it happened." in said
    status, said = call("report", "preview", 1)
    assert (status, "viewed=" in said, "\\u202e" in said, "\u202e" in said) == (0, True, True, False)
    assert call("report", "submit", 1)[0] == 0
    said = call("report", "show", 1)[1]
    assert "approved, and waits to be filed" in said
    assert "A worker takes it up at" in said
    assert call("worker", "--once")[0] == 0
    assert len(authority.finished) == 1
    said = call("report", "show", 1, "--calls")[1]
    assert "The authority has it." in said
    assert "receipt 1" in said
    assert "To do: nothing." in said
    assert "HTTP 201, code 0, request r-2" not in said.split("Said last")[1].splitlines()[0], "the last is finish"
    assert "r-2" in said
    status, said = call("report", "list", "--state", "filed", "--to", "ncmec")
    assert (status, "│ 1 " in said) == (0, True)
    assert call("report", "withdraw", 1, "--reason", "too late")[0] == 64
    assert call("report", "draft", reportable, "--follows", 1)[0] == 0
    assert "follows report 1" in call("report", "show", 2)[1]


def test_what_was_read_and_no_other_content_is_let_go(
    *, call, live: None, reportable: int, capfd: pytest.CaptureFixture[str], run: Any, tmp_path: Path
) -> None:
    call("report", "draft", reportable)
    capfd.readouterr()
    assert run("report", "preview", 1) == 0
    told = capfd.readouterr()
    was = told.err.split()[-1]
    assert (len(was), was in told.out) == (64, False), "the document is printed alone"
    assert f"What it says now is content {was}" in call("report", "show", 1)[1]
    shown = json.loads(call("report", "show", 1, "--json")[1])
    assert shown["content"] == was
    (tmp_path / "other.json").write_text(json.dumps({**shown["paper"], "report": {"text": "csam", "place": "a place"}}))
    assert call("report", "edit", 1, "--from", tmp_path / "other.json")[0] == 0
    for command in ("complete", "submit"):
        status, said = call("report", command, 1, "--was", was)
        assert (status, "Somebody changed the report since you read it. Nothing was done" in said) == (64, True)
    assert call("report", "complete", 1)[0] == 0
    status, said = call("report", "approve", 1, "--was", was)
    assert (status, "Somebody changed the report" in said) == (64, True)
    now = json.loads(call("report", "show", 1, "--json")[1])["content"]
    status, said = call("report", "approve", 1, "--was", now)
    assert (status, f"What was approved is content {now}." in said) == (0, True)


def test_what_is_let_go_unread_is_said_by_its_content(call, live: None, reportable: int) -> None:
    call("report", "draft", reportable)
    now = json.loads(call("report", "show", 1, "--json")[1])["content"]
    assert f"What was approved is content {now}." in call("report", "submit", 1)[1]


def test_without_the_live_switch_nothing_is_let_go_and_it_is_said_why(call, authority: Any, reportable: int) -> None:
    call("report", "draft", reportable, "--to", "ncmec")
    call("report", "complete", 1)
    status, said = call("report", "approve", 1)
    assert (status, "live_reporting" in said) == (64, True)
    assert "It is complete, and waits for approval" in call("report", "show", 1)[1]


def test_submitting_waits_for_another_person_where_the_policy_says_so(
    call, run: Any, reviewed: Any, reportable: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFELIGHT_LIVE_REPORTING", "true")
    call("report", "draft", reportable)
    status, said = call("report", "submit", 1)
    assert (status, "nobody else has the permission report:approve" in said) == (77, True)
    call("person", "add", "leo", "--role", "lead")
    assert "Who may: leo." in call("report", "show", 1)[1]
    assert call("report", "return", 1, "--reason", "once more")[0] == 0
    status, said = call("report", "submit", 1)
    assert (status, "another person: leo." in said) == (77, True)
    assert call("report", "submit", 1)[0] == 77
    with read(reviewed.engine) as tx:
        leo = person_actor(tx, "leo")
    with pytest.raises(Exception, match="live_reporting"):  # the workspace that is open was told otherwise
        drafting.approve_report(reviewed.report_desk(leo), 1)
    monkeypatch.setenv("SAFELIGHT_SINGLE_PERSON_MODE", "true")
    assert call("report", "submit", 1)[0] == 0


def test_one_that_failed_says_why_and_can_go_again_or_be_corrected(
    call, live: None, authority: Any, reportable: int
) -> None:
    call("report", "draft", reportable)
    call("report", "submit", 1)
    authority.refuses.append("faulty")
    call("worker", "--once")
    said = call("report", "show", 1)[1]
    assert "It was NOT filed" in said
    assert "Why it failed: It does not know us." in said
    assert "Said last: open at" in said
    assert "(word for word: safelight report call 1 1)" in said
    assert "it refused, HTTP 401, code 2000, request r-1" in said
    assert "safelight report retry 1" in said
    assert call("report", "retry", 1)[0] == 64
    authority.refuses.clear()
    assert call("report", "retry", 1, "--reason", "the account is open again")[0] == 0
    call("worker", "--once")
    assert "The authority has it." in call("report", "show", 1)[1]


def test_one_of_which_nobody_knows_whether_it_is_filed_says_what_to_do(
    call, live: None, authority: Any, reviewed: Any, reportable: int
) -> None:
    call("report", "draft", reportable)
    call("report", "submit", 1)
    with write(reviewed.engine) as tx:
        report_rows.put(tx, 1, state="filing", failure="It is not known whether it is filed.")
    said = call("report", "show", 1)[1]
    assert "Why it waits: It is not known whether it is filed." in said
    assert "ask its authority; then: safelight report retry 1 --reason" in said
    assert call("report", "retry", 1, "--reason", "the account is open again")[0] == 0
    call("worker", "--once")
    assert "The authority has it." in call("report", "show", 1)[1]


def test_one_that_waits_says_until_when_and_for_what(call, live: None, authority: Any, reportable: int) -> None:
    call("report", "draft", reportable)
    call("report", "submit", 1)
    authority.refuses.append("later")
    said = call("worker", "--once")[1]
    assert "It does not know us." in said
    said = call("report", "show", 1)[1]
    assert "begun to be filed 1 times" in said
    assert "A worker takes it up at" in said
    call("destination", "off", "ncmec")
    said = call("report", "show", 1)[1]
    assert "What is in the way: The destination ncmec is switched off" in said
    assert "To do: what is in the way." in said
    assert call("report", "retract", 1, "--reason", "given up") == (
        0, "Report 1 is on its way: a worker retracts it, unless the authority has it already.\n",
    )  # fmt: skip
    authority.refuses.clear()
    call("destination", "on", "ncmec")
    call("worker", "--once")
    assert "given up, and is not filed" in call("report", "show", 1)[1]
    assert authority.finished == []


def test_what_it_says_is_written_out_edited_and_read_back(call, reportable: int, tmp_path: Path) -> None:
    call("report", "draft", reportable)
    file = tmp_path / "report.json"
    assert call("report", "show", 1, "--json", file)[0] == 0
    assert file.stat().st_mode & 0o077 == 0
    told = json.loads(file.read_text())
    assert (told["report"]["state"], told["paper"]["report"]) == ("draft", {"text": "csam"})
    told["paper"]["report"]["place"] = "a place"
    file.write_text(json.dumps(told))
    status, said = call("report", "edit", 1, "--from", file)
    assert (status, "Complete: 100 of 100." in said) == (0, True)
    status, said = call("report", "edit", 1, "--from", file)
    assert (status, "Somebody changed the report since you read it." in said) == (64, True)
    assert json.loads(call("report", "show", 1, "--json")[1])["paper"]["report"]["place"] == "a place"
    now = json.loads(call("report", "show", 1, "--json")[1])["content"]
    assert call("report", "edit", 1, "--from", file, "--was", now)[0] == 0
    file.write_text(json.dumps({**told["paper"], "report": {}}))
    assert call("report", "edit", 1, "--from", file)[0] == 0
    status, said = call("report", "completeness", 1)
    assert (status, "cannot be sent: report/text: It is missing." in said) == (1, True)
    assert call("report", "complete", 1)[0] == 64
    assert call("report", "edit", 1)[0] == 64
    file.write_text('{"a secret": ')
    status, said = call("report", "edit", 1, "--from", file)
    assert (status, "secret" in said) == (64, False)
    assert json.loads(call("report", "show", 1, "--json")[1])["paper"]["report"] == {}


def test_one_that_is_made_is_handed_over_by_a_person(
    call, live: None, reportable: int, tmp_path: Path, run: Any
) -> None:
    (tmp_path / "by-hand.json").write_text(json.dumps({"test": False, "password": "p", "by_hand": True}))
    call("destination", "add", "police", "--kind", "ncmec", "--from", tmp_path / "by-hand.json")
    call("report", "draft", reportable, "--to", "police")
    call("report", "submit", 1)
    call("worker", "--once")
    assert "safelight report hand-over 1" in call("report", "show", 1)[1]
    assert call("report", "hand-over", 1, "--reason", "at the desk")[0] == 64
    status, said = call("report", "hand-over", 1, "--receipt", "D-7", "--reason", "at the desk")
    assert (status, "under D-7" in said) == (0, True)
    status, said = call("report", "receipt", 1, "--receipt", "D-8", "--reason", "at the desk")
    assert (status, "Report 1 is filed: nobody has to learn" in said) == (64, True)


def test_a_report_that_is_not_there_is_said_to_be_none(run: Any, authority: Any) -> None:
    for command in (("show",), ("preview",), ("complete",), ("approve",), ("submit",), ("completeness",)):
        assert run("report", *command, 9) == 66
