"""Every field of a form is on its sheet, or can be added to it."""

import pytest

from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.form.editing import add_at
from safelight.reporting.form.sheet import Entry, Group, sheet_of, shown
from safelight.reporting.form.slot import slots_of


def reach(kind: type, tree: dict, root: str, *, deep: int = 12) -> set[str]:
    """Return the path of every field that is reached by adding all that can be added, again and again."""
    seen: set[str] = set()
    for _ in range(deep):
        sheet = sheet_of(kind, tree, root, opened=seen)
        wanted = [
            f"{group.path}/{each.name}" for group in sheet.all_groups() for each in group.additions if not each.is_again
        ]
        if not wanted:
            break
        for path in wanted:
            tree, place = add_at(kind, tree, root, path)
            seen.add(place)
    return {box.field for box in sheet_of(kind, tree, root, opened=seen).all_boxes()}


def count_fields(kind: type) -> int:
    """Return how many fields a record has, counting one of each that there can be several of, and one of each form."""
    return sum(sum(map(count_fields, slot.records)) if slot.records else 1 for slot in slots_of(kind))


@pytest.mark.parametrize(("kind", "root"), [(Report, "report"), (FileDetails, "fileDetails")])
def test_every_field_of_the_whole_model_is_reached(kind: type, root: str) -> None:
    found = reach(kind, {}, root)
    assert len(found) == count_fields(kind) > 15


def test_what_is_compulsory_stands_there_though_it_is_empty() -> None:
    sheet = sheet_of(Report, {}, "report")
    assert [group.name for group in sheet.groups] == ["incidentSummary", "reporter"]
    assert {box.path for box in sheet.all_boxes()} == {
        "report/incidentSummary/incidentType",
        "report/incidentSummary/incidentDateTime",
    }
    assert all(box.is_required for box in sheet.all_boxes())
    assert not sheet.is_filled


def test_a_field_is_entered_as_its_kind_wants() -> None:
    person = {"person": {"age": 3}, "ipCaptureEvent": [{"ipAddress": "192.0.2.1", "possibleProxy": True}]}
    file = {"fileAnnotations": ["viral"], "locationOfFile": "https://x.example"}
    boxes = {box.name: box for box in sheet_of(FileDetails, file, "f", without={"report_id", "file_id"}).all_boxes()}
    assert boxes["fileAnnotations"].entry is Entry.TAGS
    assert boxes["locationOfFile"].entry is Entry.LINE
    assert "reportId" not in boxes
    report = {"victim": [person], "incidentSummary": {"incidentDateTime": "2026-01-01T00:00:00Z"}}
    by_path = {box.path: box for box in sheet_of(Report, report, "report").all_boxes()}
    assert by_path["report/victim[1]/ipCaptureEvent[1]/possibleProxy"].entry is Entry.FLAG
    assert by_path["report/victim[1]/ipCaptureEvent[1]/possibleProxy"].value == "true"
    assert by_path["report/incidentSummary/incidentDateTime"].entry is Entry.MOMENT
    assert by_path["report/incidentSummary/incidentType"].entry is Entry.CHOICE


def test_a_word_that_is_no_choice_stays_one_to_be_chosen() -> None:
    sheet = sheet_of(Report, {"incidentSummary": {"incidentType": "Something old"}}, "report")
    box = next(each for each in sheet.all_boxes() if each.name == "incidentType")
    assert box.options[-1] == box.value == "Something old"


def test_what_has_no_place_is_told_as_what_it_is() -> None:
    sheet = sheet_of(Report, {"victim": "many", "strange": {"a": "é"}, "reporter": 7}, "report")
    assert {each.path: each.text for each in sheet.strays} == {
        "report/victim": '"many"',
        "report/strange": '{"a": "\\u00e9"}',
        "report/reporter": "7",
    }


def test_what_no_page_can_carry_is_shown_as_a_sign() -> None:
    assert shown("a\ud800\0b\r\nc") == "a?\ufffdb\nc"
    assert [shown(each) for each in (True, 7, 1.5, ["x"])] == ["true", "7", "1.5", '["x"]']


def test_the_text_of_a_record_has_the_name_of_the_record() -> None:
    tree = {"reporter": {"reportingPerson": {"email": [{"text": "a@b.example", "type": "Work"}]}}}
    sheet = sheet_of(Report, tree, "report")
    mail: Group = next(group for group in sheet.all_groups() if group.name == "email")
    assert [(box.name, box.path, box.field) for box in mail.boxes] == [
        ("email", mail.path, f"{mail.path}/."),
        ("type", f"{mail.path}/@type", f"{mail.path}/@type"),
    ]
    assert mail.is_removable
    assert mail.number == 1
