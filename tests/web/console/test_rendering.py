"""Templates escape by themselves, and a fault in one is a fault."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from jinja2 import Environment, UndefinedError

from safelight.web.console.rendering import FOLDER, moment, open_templates, render, second, split_words


@pytest.fixture
def templates(tmp_path: Path) -> Environment:
    (tmp_path / "macros.html").write_text("{% macro greet() %}Hello {{ name }}{% endmacro %}")
    (tmp_path / "page.html").write_text("<p>{{ ui.greet() }}</p>{% block part %}<b>{{ name }}</b>{% endblock %}")
    return open_templates(tmp_path)


def test_what_is_given_is_escaped_and_is_never_a_template(templates: Environment) -> None:
    page = render(templates, "page.html", {"name": "<script>{{ 7 * 7 }}"})
    assert page == "<p>Hello &lt;script&gt;{{ 7 * 7 }}</p><b>&lt;script&gt;{{ 7 * 7 }}</b>"


def test_a_block_is_given_alone_where_there_is_one_of_that_name(templates: Environment) -> None:
    assert render(templates, "page.html", {"name": "Ada"}, fragment="part") == "<b>Ada</b>"
    assert "<p>" in render(templates, "page.html", {"name": "Ada"}, fragment="elsewhere")


def test_a_name_that_is_not_given_is_a_fault(templates: Environment) -> None:
    with pytest.raises(UndefinedError):
        render(templates, "page.html", {})


def test_no_template_of_ours_turns_escaping_off_or_has_a_style_or_script_of_its_own() -> None:
    for path in FOLDER.glob("*.html"):
        source = path.read_text()
        assert "|safe" not in source
        assert "autoescape" not in source
        assert "style=" not in source
        assert " onclick" not in source
        assert "<style" not in source
        assert "<script>" not in source


def test_a_moment_is_shown_in_utc() -> None:
    at = datetime(2026, 11, 23, 14, 30, 15, tzinfo=timezone(timedelta(hours=2)))
    assert moment(at) == '<time datetime="2026-11-23T12:30:15+00:00">2026-11-23 12:30</time>'


def test_a_moment_is_told_to_the_second_where_that_matters() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert second(at) == '<time datetime="2026-01-02T03:04:05+00:00">2026-01-02 03:04:05</time>'


def test_a_name_is_split_into_its_words() -> None:
    names = ("incidentDateTime", "legalURL", "priorCTReports", "peer2peerIncident", "VIRAL_MEME", "text")
    told = ["incident date time", "legal url", "prior ct reports", "peer2peer incident", "viral meme", "text"]
    assert [split_words(each) for each in names] == told
