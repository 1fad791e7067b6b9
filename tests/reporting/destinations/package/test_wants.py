"""What a report lacks is told, with what an investigator does with it; nothing of it is required."""

from dataclasses import replace

from safelight.reporting.destinations.package.drafting import draft_paper
from safelight.reporting.destinations.package.wants import completeness_of


def test_a_full_report_lacks_nothing_and_weighs_a_hundred(sender) -> None:
    told = completeness_of(sender.paper_of(sender.FULL, sender.FULL_FILE))
    assert (told.score, told.lacks) == (100, ())


def test_a_draft_lacks_what_only_a_person_knows_the_weightiest_first(sender) -> None:
    told = completeness_of(draft_paper(sender.FACTS, "Example Chat"))
    names = [each.name for each in told.lacks]
    assert names[0] == "summary"
    assert set(names) == {"summary", "actions", "victims", "contact", "names"}
    assert all(each.why.endswith(".") and each.path.startswith(("report/", "file/")) for each in told.lacks)
    assert told.score == 58


def test_the_weights_of_a_report_with_files_are_a_hundred(sender) -> None:
    nothing = completeness_of(replace(sender.paper_of(sender.BRIEF, sender.BRIEF_FILE), report={}))
    assert (nothing.score, sum(each.weight for each in nothing.lacks)) == (0, 100)


def test_a_time_of_detection_is_no_time_of_the_incident(sender) -> None:
    told = completeness_of(sender.paper_of())
    assert "time" in {each.name for each in told.lacks}


def test_a_paper_of_any_shape_is_weighed(sender) -> None:
    broken = replace(sender.paper_of(), report={"account": [], "incident": "x", "places": 7})
    assert completeness_of(broken).score < 100
