"""What stands on a sheet and is sent back is the tree that it was, but for what somebody changed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safelight.errors import InvalidValue
from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.form.editing import Filled, add_at, read_sheet
from safelight.reporting.form.plain_kinds import Choice, Day, Degrees, Flag, Moment, Number
from safelight.reporting.form.sheet import Group, sheet_of
from safelight.reporting.form.slot import Attribute, Body, Element, OneOf, Tags, slots_of
from safelight.reporting.form.text_kinds import Text
from safelight.reporting.form.tree import from_tree, to_tree
from safelight.testing.ncmec_reports import file_details, reports

SOME = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))


class Colour(StrEnum):
    RED = "Red"
    BLUE = "Blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    text: Annotated[str, Body(Text(255))]
    colour: Annotated[Colour | None, Attribute(Choice(Colour))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    words: Annotated[str | None, Element(Text())] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    url: Annotated[str | None, Element(Text(100))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    which: Annotated[One | Other, OneOf({One: "one", Other: "other"})]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something of everything that a form may have."""

    age: Annotated[int, Element(Number(0, 150))]
    mail: Annotated[Mail | None, Element()] = None
    mails: Annotated[tuple[Mail, ...], Element(name="other")] = ()
    names: Annotated[tuple[str, ...], Element(Text(100), name="name")] = ()
    is_on: Annotated[bool | None, Element(Flag())] = None
    at: Annotated[Any, Element(Moment())] = None
    born: Annotated[Any, Element(Day())] = None
    north: Annotated[float | None, Element(Degrees(90))] = None
    tags: Annotated[frozenset[Colour], Tags(Colour)] = frozenset()
    either: Annotated[tuple[Either, ...], Element()] = ()
    note: Annotated[str | None, Element(Text())] = None


def posted(sheet: Group) -> Filled:
    """Return what a browser sends of a sheet that nobody touched."""
    texts = {box.field: box.values for box in sheet.all_boxes()}
    records = {group.path for group in sheet.all_groups()}
    records |= {stray.path for group in sheet.all_groups() for stray in group.strays}
    return Filled(texts=texts, records=records)


def there_and_back(kind: type, tree: dict, *, without=()) -> dict:
    sheet = sheet_of(kind, tree, "report", without=without)
    return read_sheet(kind, posted(sheet), "report", was=tree, without=without)


def changed(tree: dict, **texts: str) -> dict:
    """Return the tree once somebody wrote into fields of it."""
    filled = posted(sheet_of(Thing, tree, "thing", opened=texts))
    more = {name: (text,) for name, text in texts.items()}
    return read_sheet(Thing, Filled(texts={**filled.texts, **more}, records=filled.records), "thing", was=tree)


def check_survives(kind: type, record: object, *, without=()) -> None:
    tree = {key: each for key, each in to_tree(record).items() if key not in {"reportId", "fileId"}}
    assert there_and_back(kind, tree, without=without) == tree
    fresh = read_sheet(kind, posted(sheet_of(kind, tree, "report", without=without)), "report", without=without)
    given_ = {"report_id": 1, "file_id": "f"} if without else {}
    grown = from_tree(kind, fresh, "report", given=given_)
    assert grown.faults == ()
    assert to_tree(grown.record) == lined(to_tree(from_tree(kind, tree, "report", given=given_).record))


def lined(tree: Any) -> Any:
    """Return a tree with the ends of lines that a form sends."""
    if isinstance(tree, dict):
        return {key: lined(each) for key, each in tree.items()}
    if isinstance(tree, list):
        return [lined(each) for each in tree]
    return tree.replace("\r\n", "\n").replace("\r", "\n") if isinstance(tree, str) else tree


@pytest.mark.parametrize(
    ("given_", "sent"), [("a\r\nb", "a\nb"), ("a\rb", "a\nb"), ("a\\r\\nb", "a\\r\\nb"), (["\\r", 7], ["\\r", 7])]
)
def test_ends_of_lines_are_those_that_a_form_sends_and_what_looks_like_one_stays(given_, sent) -> None:
    assert lined({"text": given_}) == {"text": sent}


@SOME
@given(reports())
def test_every_report_survives_the_sheet(record) -> None:
    check_survives(Report, record)


@SOME
@given(file_details())
def test_the_details_of_every_file_survive_the_sheet(record) -> None:
    check_survives(FileDetails, record, without={"report_id", "file_id"})


@pytest.mark.long
@pytest.mark.timeout(1500)
@MANY
@given(reports(), file_details())
def test_thousands_survive_the_sheet(report, details) -> None:
    check_survives(Report, report)
    check_survives(FileDetails, details, without={"report_id", "file_id"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    max_leaves=10,
)
KEYS = [each.name for each in slots_of(Thing)]


@SOME
@given(st.dictionaries(st.sampled_from([*KEYS, "unknown", "one"]), JSON.filter(lambda each: each is not None)))
def test_whatever_a_draft_holds_is_not_lost_by_saving_it(tree) -> None:
    kept = there_and_back(Thing, tree)
    for key, value in tree.items():
        if value not in ("", [], {}) and not (isinstance(value, list) and (None in value or "" in value)):
            assert key in kept, key


def test_what_was_written_is_kept_as_its_kind_writes_it() -> None:
    tree = changed({}, **{"thing/age": " 07", "thing/isOn": "false", "thing/north": "1.50", "thing/born": "2001-02-03"})
    assert tree == {"age": 7, "isOn": False, "north": 1.5, "born": "2001-02-03"}
    assert changed({}, **{"thing/at": "2026-01-02T03:04+02:00"}) == {"at": "2026-01-02T01:04:00.000Z"}


def test_what_cannot_be_read_is_kept_as_it_was_written() -> None:
    tree = changed({}, **{"thing/age": "about 7", "thing/at": "2026-01-02 03:04", "thing/born": "in May"})
    assert tree == {"age": "about 7", "at": "2026-01-02 03:04", "born": "in May"}
    assert changed({}, **{"thing/at": "0001-01-01T00:00+12:00"}) == {"at": "0001-01-01T00:00+12:00"}


def test_a_blank_field_is_left_out_and_an_empty_record_is_not() -> None:
    tree = {"age": 3, "mail": {"text": "a@b.c", "colour": "Red"}, "name": ["a", "b"]}
    blank = {"thing/mail/.": " ", "thing/mail/@colour": "", "thing/name[1]": ""}
    assert changed(tree, **blank) == {"age": 3, "mail": {}, "name": ["b"]}


def test_what_nobody_touched_stays_to_the_last_sign() -> None:
    tree = {"note": "one\r\ntwo\rthree\n", "age": "7 \ud800", "at": "2026-01-02T03:04:05+01:00", "name": ["", "x"]}
    assert there_and_back(Thing, tree) == tree


def test_tags_are_those_that_are_chosen() -> None:
    filled = posted(sheet_of(Thing, {"tags": ["Red"]}, "thing"))
    chosen = Filled(texts={**filled.texts, "thing/tags": ("", "Blue", "Red")}, records=filled.records)
    assert read_sheet(Thing, chosen, "thing") == {"tags": ["Blue", "Red"]}
    none = Filled(texts={**filled.texts, "thing/tags": ("",)}, records=filled.records)
    assert read_sheet(Thing, none, "thing", was={"tags": ["Red"]}) == {}


def test_a_record_is_added_where_the_path_says() -> None:
    assert add_at(Thing, {}, "thing", "thing/mail") == ({"mail": {}}, "thing/mail")
    assert add_at(Thing, {}, "thing", "thing/other") == ({"other": [{}]}, "thing/other[1]")
    two = {"other": [{"text": "a"}]}
    assert add_at(Thing, two, "thing", "thing/other") == ({"other": [{"text": "a"}, {}]}, "thing/other[2]")
    assert add_at(Thing, two, "thing", "thing/other[1]/@colour") == (two, "thing/other[1]/@colour")
    assert add_at(Thing, two, "thing", "thing/other/text") == (two, "thing/other[1]/.")
    assert add_at(Thing, {}, "thing", "thing/either/one/words") == (
        {"either": [{"one": {}}]},
        "thing/either[1]/one/words",
    )
    assert two == {"other": [{"text": "a"}]}


def test_of_a_field_that_there_can_be_several_of_the_next_one_is_named() -> None:
    assert add_at(Thing, {"name": ["a"]}, "thing", "thing/name") == ({"name": ["a"]}, "thing/name[2]")
    assert add_at(Thing, {"name": ["a"]}, "thing", "thing/name[1]")[1] == "thing/name[1]"
    sheet = sheet_of(Thing, {"name": ["a"]}, "thing", opened=["thing/name[2]"])
    assert [box.value for box in sheet.boxes if box.name == "name"] == ["a", ""]


@pytest.mark.parametrize(
    "path", ["thing/nothing", "thing/age/deeper", "thing/[1]", "thing/@@x", "thing/mail[0]/x", "thing"]
)
def test_a_path_that_leads_nowhere_adds_nothing_odd(path: str) -> None:
    tree, place = add_at(Thing, {"age": 1}, "thing", path)
    assert place.startswith("thing")
    assert from_tree(Thing, tree, "thing").faults == ()


def test_a_path_of_another_record_is_refused() -> None:
    with pytest.raises(InvalidValue, match="no such field"):
        add_at(Thing, {}, "thing", "report/age")


def test_what_is_of_another_shape_is_not_written_over_by_adding() -> None:
    tree = {"mail": "a", "other": "b", "either": [3]}
    for path in ("thing/mail/text", "thing/other[1]/text", "thing/either[1]/one"):
        assert add_at(Thing, tree, "thing", path) == (tree, "thing")


def test_a_record_is_taken_away_with_all_that_is_in_it() -> None:
    tree = {"age": 1, "other": [{"text": "a"}, {"text": "b"}], "name": ["x", "y"], "strange": {"a": 1}}
    filled = posted(sheet_of(Thing, tree, "thing"))
    left = {"age": 1, "other": [{"text": "b"}], "name": ["x", "y"], "strange": {"a": 1}}
    assert read_sheet(Thing, filled.without("thing/other[1]"), "thing", was=tree) == left
    assert "strange" not in read_sheet(Thing, filled.without("thing/strange"), "thing", was=tree)
    assert read_sheet(Thing, filled.without("thing/name[1]"), "thing", was=tree)["name"] == ["y"]


def test_more_of_one_field_than_anybody_writes_are_not_read() -> None:
    texts = {f"thing/name[{number}]": (str(number),) for number in (1, 1000, 1001, 9999)}
    assert read_sheet(Thing, Filled(texts=texts, records=()), "thing") == {"name": ["1", "1000"]}


def test_a_record_comes_with_those_that_it_cannot_be_without() -> None:
    tree, place = add_at(Report, {}, "report", "report/victim")
    assert (tree, place) == ({"victim": [{"victimPerson": {}}]}, "report/victim[1]")
    assert add_at(Report, {}, "report", "report/reporter")[0] == {"reporter": {"reportingPerson": {}}}
    assert add_at(Report, {}, "report", "report/internetDetails")[0] == {"internetDetails": [{}]}
