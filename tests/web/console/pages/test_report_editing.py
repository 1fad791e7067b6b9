"""Writing a report: nothing that is written is lost, and nothing is written that is nobody's to write."""

import html
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings

from safelight.flow.reporting import drafting
from safelight.reporting.form.tree import from_tree, to_tree
from safelight.testing.ncmec_reports import reports
from safelight.testing.report_line import FORM, WHOLE

WICKED = '{{ 1337 * 1337 }}"><script>alert("x")</script>\'</textarea>'


@dataclass
class Sent(HTMLParser):
    """What a browser sends of the form of a page that nobody touched."""

    fields: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._is_in, self._select, self._text = False, "", None

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in given}
        if tag == "form":
            self._is_in = "editor" in at.get("class", "")
        if not self._is_in:
            return
        if tag == "input" and at.get("type") == "checkbox":
            self._put(at["name"], at["value"] if "checked" in at else None)
        elif tag == "input":
            self._put(at["name"], at.get("value", ""))
        elif tag == "select":
            self._select = at["name"]
            self.fields.setdefault(self._select, [""])
        elif tag == "option" and self._select and "selected" in at:
            self.fields[self._select] = [at["value"]]
        elif tag == "textarea":
            self._text, self.fields[at["name"]] = at["name"], [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text:
            self.fields[self._text] = [self.fields[self._text][0].removeprefix("\n")]  # as the standard says
            self._text = None
        self._select = "" if tag == "select" else self._select
        self._is_in = self._is_in and tag != "form"

    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields[self._text][0] += data

    def _put(self, name: str, value: str | None) -> None:
        self.fields.setdefault(name, [])
        self.fields[name] += [] if value is None else [value]


def sent_by(page: str) -> dict[str, list[str]]:
    parser = Sent()
    parser.feed(page)
    return parser.fields


@pytest.fixture(scope="module")
def writer(reviewing):
    return reviewing.person("reporter")


@pytest.fixture
def report(bureau, writer):
    """A draft of a case with two files."""
    return bureau.draft(bureau.case(bureau.seal(), bureau.seal()), writer)


@pytest.fixture
def edit(browser, writer, report):
    """Open the editor, and send it with some fields written anew; return the answer."""
    browser.enter(writer)

    def do(where: str = "edit", opened: str = "", **more: Any) -> Any:
        path = f"/reports/{report.id}/{where}"
        page = browser.get(path, params={"open": opened} if opened else None)
        assert page.status_code == 200
        return browser.post(path, data={**sent_by(page.text), **more})

    return do


def test_an_untouched_form_saves_what_it_was(edit, bureau, writer, report) -> None:
    before = bureau.paper(report.id, writer)
    answer = edit()
    assert (answer.status_code, answer.headers["location"]) == (303, f"/reports/{report.id}/edit")
    assert bureau.paper(report.id, writer) == before


def test_what_is_written_is_kept_complete_or_not(edit, bureau, writer, report, browser) -> None:
    edit(**{"report/incidentSummary/incidentDateTime": "in the spring", "report/incidentSummary/incidentType": ""})
    told = bureau.paper(report.id, writer).report["incidentSummary"]
    assert told == {"incidentDateTime": "in the spring"}
    page = browser.get(f"/reports/{report.id}/edit").text
    assert 'value="in the spring"' in page
    assert 'aria-invalid="true"' in page
    assert "cannot be read as what the field takes" in page
    assert "2 fields have something that the authority would not take" in page


def test_a_record_is_added_and_opened_and_taken_away(edit, bureau, writer, report, browser) -> None:
    answer = edit(add="report", **{"what:report": "victim"})
    place = "report%2Fvictim%5B1%5D"
    assert answer.headers["location"] == f"/reports/{report.id}/edit?open={place}#{place}"
    assert bureau.paper(report.id, writer).report["victim"] == [{"victimPerson": {}}]
    page = browser.get(answer.headers["location"]).text
    assert 'id="report/victim[1]/victimPerson"' in page
    edit(add="report/victim[1]", **{"what:report/victim[1]": "screenName"})
    edit(opened="report/victim[1]/screenName", **{"report/victim[1]/screenName": "sunny"})
    assert bureau.paper(report.id, writer).report["victim"][0]["screenName"] == "sunny"
    edit(remove="report/victim[1]")
    assert "victim" not in bureau.paper(report.id, writer).report


def test_several_of_one_field_are_added_and_taken_away(edit, bureau, writer, report) -> None:
    where = "report/reporter/reportingPerson"
    answer = edit(add=where, **{f"what:{where}": "email"})
    assert "email%5B2%5D" in answer.headers["location"]
    edit(**{f"{where}/email[2]/.": "night@platform.example"})
    people = bureau.paper(report.id, writer).report["reporter"]["reportingPerson"]
    assert [each["text"] for each in people["email"]] == ["safety@platform.example", "night@platform.example"]
    edit(remove=f"{where}/email[1]")
    people = bureau.paper(report.id, writer).report["reporter"]["reportingPerson"]
    assert [each["text"] for each in people["email"]] == ["night@platform.example"]


def test_one_of_the_eight_forms_is_chosen(edit, bureau, writer, report, browser) -> None:
    edit(add="report", **{"what:report": "internetDetails"})
    page = browser.get(f"/reports/{report.id}/edit").text
    for name in ("On a web page", "By e-mail", "In a chat", "In an online game", "By phone", "Not online"):
        assert name in page
    edit(add="report/internetDetails[1]", **{"what:report/internetDetails[1]": "chatImIncident"})
    assert bureau.paper(report.id, writer).report["internetDetails"] == [{"chatImIncident": {}}]


def test_yes_no_and_not_said_are_three_answers(edit, bureau, writer, report) -> None:
    name = "report/personOrUserReported[1]/compromisedAccount"
    edit(add="report", **{"what:report": "personOrUserReported"})
    for sent, kept in (("true", True), ("false", False), ("", None)):
        edit(opened=name, **{name: sent})
        assert bureau.paper(report.id, writer).report["personOrUserReported"][0].get("compromisedAccount") == kept


def test_what_is_said_of_a_file_has_a_page_of_its_own(edit, bureau, writer, report, browser) -> None:
    one, two = bureau.paper(report.id, writer).evidence_ids
    where = f"files/{two}/edit"
    edit(where, opened="file/originalFileName", **{"file/originalFileName": "holiday.png"})
    edit(where, opened="file/fileAnnotations", **{"file/fileAnnotations": ["", "viral", "infant"]})
    files = bureau.paper(report.id, writer).files
    assert files[0].details == {}
    assert files[1].details == {"originalFileName": "holiday.png", "fileAnnotations": ["viral", "infant"]}
    assert browser.get(f"/reports/{report.id}/files/{'0' * 32}/edit").status_code == 404
    assert one != two


def test_what_this_house_fills_in_is_written_by_nobody(edit, bureau, writer, report) -> None:
    evidence = bureau.paper(report.id, writer).evidence_ids[0]
    for name in ("fileViewedByEsp", "reportId", "fileId", "exifViewedByEsp"):
        edit(f"files/{evidence}/edit", opened=f"file/{name}", **{f"file/{name}": "true"})
    assert bureau.paper(report.id, writer).files[0].details == {}


def test_a_file_is_taken_off(browser, bureau, writer, report) -> None:
    evidence = bureau.paper(report.id, writer).evidence_ids
    path = f"/reports/{report.id}/files/{evidence[0]}/take-off"
    assert "It stays evidence" in browser.enter(writer).get(path).text
    assert browser.submit(path).headers["location"] == f"/reports/{report.id}"
    assert bureau.paper(report.id, writer).evidence_ids == evidence[1:]
    assert browser.submit(path).status_code == 404


def test_the_words_of_whoever_wrote_come_back_where_somebody_else_was_quicker(browser, bureau, writer, report) -> None:
    path = f"/reports/{report.id}/edit"
    mine = sent_by(browser.enter(writer).get(path, params={"open": "report/additionalInfo"}).text)
    desk = bureau.desk(writer)
    _, paper = drafting.read_report(desk, report.id)
    theirs = {**WHOLE, "lawEnforcement": {"agencyName": "County police"}, "additionalInfo": "They wrote this."}
    drafting.edit_report(desk, report.id, type(paper)(form=paper.form, report=theirs, files=paper.files))
    answer = browser.post(path, data={**mine, "report/additionalInfo": "I wrote that."})
    assert answer.status_code == 400
    told = html.unescape(answer.text)
    for words in ("I wrote that.", "They wrote this.", "County police", "Nothing was saved", "Stored now:"):
        assert words in told, words
    assert bureau.paper(report.id, writer).report == theirs
    again = browser.post(path, data=sent_by(answer.text))
    assert again.status_code == 303
    assert bureau.paper(report.id, writer).report["additionalInfo"] == "I wrote that."


def test_a_report_that_is_on_its_way_takes_no_words_and_gives_them_back(browser, bureau, writer, report) -> None:
    path = f"/reports/{report.id}/edit"
    mine = sent_by(browser.enter(writer).get(path, params={"open": "report/additionalInfo"}).text)
    drafting.complete_report(bureau.desk(writer), report.id)
    drafting.approve_report(bureau.desk(bureau.reviewing.person("lead")), report.id)
    assert "cannot be saved" in browser.get(path).text
    answer = browser.post(path, data={**mine, "report/additionalInfo": "too late"})
    assert answer.status_code == 400
    assert "too late" in answer.text
    bureau.work()


def test_a_form_that_did_not_come_whole_changes_nothing(browser, bureau, writer, report) -> None:
    path = f"/reports/{report.id}/edit"
    before = bureau.paper(report.id, writer)
    mine = sent_by(browser.enter(writer).get(path).text)
    del mine["whole"]
    assert browser.post(path, data=mine).status_code == 422
    assert browser.submit(path).status_code == 422
    assert bureau.paper(report.id, writer) == before


def test_markup_in_any_field_stays_text_on_every_page(browser, bureau, writer, edit, report) -> None:
    browser.enter(writer)
    edit(add="report", **{"what:report": "victim"})
    page = browser.get(f"/reports/{report.id}/edit", params={"open": "report/additionalInfo"}).text
    fields = [name for name in sent_by(page) if "/" in name and not name.startswith("what:")]
    assert len(fields) > 4
    edit(opened="report/additionalInfo", **dict.fromkeys(fields, WICKED))
    desk = bureau.desk(writer)
    _, paper = drafting.read_report(desk, report.id)
    odd = {**paper.report, WICKED: {WICKED: [WICKED]}, "victim": WICKED}
    drafting.edit_report(desk, report.id, type(paper)(form=paper.form, report=odd, files=paper.files))
    for path in ("", "/edit", "/preview", "/live", "/complete"):
        text = browser.get(f"/reports/{report.id}{path}").text
        assert "<script>alert" not in text, path
        assert "1787569" not in text, path
    assert edit().status_code == 303
    assert bureau.paper(report.id, writer).report == odd


def test_paths_that_are_none_open_nothing_and_break_nothing(browser, writer, report) -> None:
    browser.enter(writer)
    for path in ("report/../x", "report/victim[999999]", "report", "report/victim[1000]/victimPerson", "report/@type"):
        assert browser.get(f"/reports/{report.id}/edit", params={"open": path}).status_code == 200, path
    for path in ("file/name", "elsewhere", WICKED):
        assert browser.get(f"/reports/{report.id}/edit", params={"open": path}).status_code == 422, path


def test_a_form_as_long_as_a_report_may_be_is_taken(browser, bureau, writer, edit, report) -> None:
    name = "report/additionalInfo"
    long = "a word and \u00e9 " * 40_000
    assert edit(opened=name, **{name: long}).status_code == 303
    assert bureau.paper(report.id, writer).report["additionalInfo"] == long
    assert browser.__class__(browser.app).post(f"/reports/{report.id}/edit", data={name: long}).status_code == 413


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@seed(7)
@given(record=reports())
def test_generated_reports_survive_the_page(*, record, browser, bureau, writer, edit, report) -> None:
    desk = bureau.desk(writer)
    _, paper = drafting.read_report(desk, report.id)
    tree = to_tree(record)
    drafting.edit_report(desk, report.id, type(paper)(form=paper.form, report=tree, files=paper.files))
    assert edit().status_code == 303
    assert bureau.paper(report.id, writer).report == tree
    assert from_tree(FORM.report, tree, "report").faults == ()
    assert browser.get(f"/reports/{report.id}/preview").status_code == 200


def test_words_about_a_file_stay_with_it_when_another_is_taken_off_meanwhile(browser, bureau, writer, report) -> None:
    one, two = bureau.paper(report.id, writer).evidence_ids
    path = f"/reports/{report.id}/files/{two}/edit"
    mine = sent_by(browser.enter(writer).get(path, params={"open": "file/originalFileName"}).text)
    browser.submit(f"/reports/{report.id}/files/{one}/take-off")
    answer = browser.post(path, data={**mine, "file/originalFileName": "holiday.png"})
    assert answer.status_code == 400
    assert "holiday.png" in answer.text
    assert browser.post(path, data=sent_by(answer.text)).status_code == 303
    assert [each.details for each in bureau.paper(report.id, writer).files] == [{"originalFileName": "holiday.png"}]
