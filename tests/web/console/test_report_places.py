"""What a destination finds lacking, or wrong, leads to where it is filled in, and has plain words in every language."""

import pytest

from safelight.reporting.destinations.ncmec.forming import FORM as NCMEC
from safelight.reporting.destinations.ncmec.wants import wants_of as ncmec_wants
from safelight.reporting.destinations.package.package import FORM as PACKAGE
from safelight.reporting.destinations.package.wants import completeness_of as package_completeness
from safelight.reporting.form.slot import OneOf, slots_of
from safelight.reporting.paper import Paper, PaperFile
from safelight.web.console.report_places import Places
from safelight.web.console.texts import all_texts

FILES = (PaperFile(evidence_id="a" * 32), PaperFile(evidence_id="b" * 32))
BODY = "text"
"""The text of a record has the label of the record."""


def places(form) -> Places:
    return Places(report_id=7, form=form, paper=Paper(form=form.name, report={}, files=FILES))


def names_of(kind: type) -> set[str]:
    names: set[str] = set()
    for slot in slots_of(kind):
        names |= {*slot.place.names.values()} if isinstance(slot.place, OneOf) else {slot.name}
        names = names.union(*map(names_of, slot.records))
    return names


def wants(form) -> list:
    paper = Paper(form=form.name, report={"incident": {}}, files=FILES)
    return list(ncmec_wants(paper)) if form is NCMEC else list(package_completeness(paper).lacks)


@pytest.mark.parametrize("form", [NCMEC, PACKAGE], ids=["ncmec", "package"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_field_of_every_form_and_all_that_is_wanted_has_plain_words(form, language: str) -> None:
    t = all_texts()[language]
    house = {each.name for each in slots_of(form.file) if each.field in form.house_fields}
    names = (names_of(form.report) | names_of(form.file)) - house - {BODY}
    assert [each for each in sorted(names) if f"fields.label.{each}" not in t] == []
    assert [each.name for each in wants(form) if f"wants.name.{each.name}" not in t] == []
    assert len(names) > 60


@pytest.mark.parametrize("form", [NCMEC, PACKAGE], ids=["ncmec", "package"])
def test_all_that_is_wanted_leads_to_a_field_but_for_what_the_house_fills_in(form) -> None:
    found = {each.name: places(form).address(each.path) for each in wants(form)}
    assert len(found) > 10
    assert {name for name, address in found.items() if address is None} <= {"viewed"}
    assert all(address is None or address.startswith("/reports/7/") for address in found.values())


def test_a_path_leads_to_the_page_of_its_part_and_to_its_field_there() -> None:
    at = places(NCMEC).address
    victim = "report%2Fvictim%5B1%5D%2FscreenName"
    assert at("report/victim/screenName") == f"/reports/7/edit?open=report%2Fvictim%2FscreenName#{victim}"
    second = f"/reports/7/files/{'b' * 32}/edit?open=file%2FfileName#file%2FfileName"
    assert at("fileDetails[2]/fileName") == second
    assert at("fileDetails/fileName").startswith(f"/reports/7/files/{'a' * 32}/edit")


@pytest.mark.parametrize("path", ["fileDetails[3]/fileName", "form", "", "fileDetails[1]/fileViewedByEsp", "[1]/x"])
def test_a_path_of_nothing_that_anybody_writes_leads_nowhere(path: str) -> None:
    assert places(NCMEC).address(path) is None


def test_where_the_form_is_not_known_nothing_leads_anywhere() -> None:
    assert Places(report_id=7, form=None, paper=None).address("report/victim") is None
