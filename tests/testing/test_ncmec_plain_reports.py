"""What is made up by a seed is valid in both readings, the same each time, and fills the whole model."""

from datetime import UTC, datetime

from safelight.reporting.destinations.ncmec.checking import check_file, check_report
from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.writing import write_file, write_report
from safelight.reporting.form.slot import filled_slots, slots_of
from safelight.testing.authority import judge_details, judge_report
from safelight.testing.ncmec_plain_reports import plain_reports

NOW = datetime(2026, 11, 23, 12, 30, 15, tzinfo=UTC)


def test_what_is_made_up_is_valid_here_and_at_the_authority() -> None:
    for seed in range(25):
        made = plain_reports(seed, fullness=20 + seed)
        report, file = made.report(), made.file()
        assert check_report(report, NOW) == []
        assert check_file(file, NOW) == []
        judge_report(write_report(report, "https://x.example/xsd"), NOW)
        judge_details(write_file(file, "https://x.example/xsd"), NOW)


def test_the_same_seed_makes_the_same_and_another_another() -> None:
    assert plain_reports(7).report() == plain_reports(7).report()
    assert plain_reports(7).report() != plain_reports(8).report()


def test_between_them_they_fill_every_field() -> None:
    for kind in (Report, FileDetails):
        made = plain_reports(1, fullness=50)
        filled = {each.slot.field for _ in range(30) for each in filled_slots(made.record(kind), "")}
        assert filled == {slot.field for slot in slots_of(kind)}
