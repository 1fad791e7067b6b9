"""What cannot be sent is told with its path, before anything is made."""

from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.reporting.destinations.package.checking import check_paper


def changed(paper, path: str, value):
    """Return the paper with another value at a path of its report."""

    def put(tree, names):
        name, *rest = names
        key = int(name) if isinstance(tree, list) else name
        inner = put(tree[key], rest) if rest else value
        if isinstance(tree, list):
            return [*tree[:key], inner, *tree[key + 1 :]]
        return {**tree, key: inner}

    return replace(paper, report=put(paper.report, path.split("/")))


def test_a_full_report_with_its_files_can_be_sent(sender) -> None:
    checked = check_paper(sender.paper_of(sender.FULL, sender.FULL_FILE, sender.BRIEF_FILE), sender.NOW)
    assert (checked.report, checked.files) == (sender.FULL, (sender.FULL_FILE, sender.BRIEF_FILE))


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("incident/type", "something", "report/incident/type"),
        ("incident/happenedAt", "2026-04-01T00:00:00", "report/incident/happenedAt"),
        ("incident/happenedAt", "2027-04-01T00:00:00Z", "report/incident/happenedAt"),
        ("incident/timeMeaning", "x", "report/incident/timeMeaning"),
        ("incident", {"type": "csam"}, "report/incident/happenedAt"),
        ("account/emails", ["no address"], "report/account/emails[1]"),
        ("account/phones", ["call me"], "report/account/phones[1]"),
        ("account/addressesSeen/0/address", "10.0.0.0/8", "report/account/addressesSeen[1]/address"),
        ("account/addressesSeen/0/port", 70000, "report/account/addressesSeen[1]/port"),
        ("account", {}, "report/account"),
        ("victims", [{}], "report/victims[1]"),
        ("places/0", {"kind": "chat"}, "report/places[1]"),
        ("places/0/url", "https://a b", "report/places[1]/url"),
        ("summary", "x" * 20_001, "report/summary"),
        ("summary", "\x00", "report/summary"),
        ("nothing", "x", "report/nothing"),
    ],
)
def test_a_fault_has_its_path_and_does_not_quote_what_stands_there(sender, path: str, value, where: str) -> None:
    faults = check_paper(changed(sender.paper_of(sender.FULL), path, value), sender.NOW).faults
    assert where in [fault.path for fault in faults]
    assert not any("no address" in str(fault) or "10.0.0" in str(fault) for fault in faults)


def test_an_imminent_danger_says_why(sender) -> None:
    incident = {**sender.paper_of(sender.FULL).report["incident"]}
    del incident["escalation"]
    (fault,) = check_paper(changed(sender.paper_of(sender.FULL), "incident", incident), sender.NOW).faults
    assert fault.path == "report/incident/escalation"


def test_a_fault_of_a_file_says_which(sender) -> None:
    paper = sender.paper_of(sender.FULL, sender.FULL_FILE, sender.FULL_FILE)
    second = replace(paper.files[1], details={**paper.files[1].details, "url": "a b"})
    paper = replace(paper, files=(paper.files[0], second))
    assert [fault.path for fault in check_paper(paper, sender.NOW).faults] == ["file[2]/url"]


def test_a_paper_of_another_form_is_none_of_this(sender) -> None:
    (fault,) = check_paper(replace(sender.paper_of(), form="ncmec/1"), sender.NOW).faults
    assert fault.path == "form"


def test_what_happened_just_now_may_be_told_and_what_lies_ahead_may_not(sender) -> None:
    now = sender.BRIEF.incident.happened_at
    assert check_paper(sender.paper_of(), now).faults == ()
    assert len(check_paper(sender.paper_of(), now - timedelta(milliseconds=1)).faults) == 1
