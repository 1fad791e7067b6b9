"""A service writes lines of JSON about itself, and passes on no text of a library."""

import json
import logging

import pytest
import structlog

from safelight.web.logs import set_up_logs, tell

pytestmark = pytest.mark.usefixtures("logs_as_before")


def _lines(capfd) -> list[dict]:
    return [json.loads(line) for line in capfd.readouterr().err.splitlines()]


def test_sentences_for_people_are_lines(capfd) -> None:
    set_up_logs("info")
    tell("The disk is nearly full.")
    (line,) = _lines(capfd)
    assert (line["event"], line["level"]) == ("The disk is nearly full.", "warning")


def test_what_is_below_the_level_is_not_written(capfd) -> None:
    set_up_logs("warning")
    structlog.get_logger("safelight.web").info("answered")
    assert _lines(capfd) == []


def test_what_a_library_logs_is_told_without_its_text(capfd) -> None:
    set_up_logs("info")
    logging.getLogger("library").error("the value was %s", "secret")
    logging.getLogger("safelight").warning("A sentence of ours.")
    library, ours = _lines(capfd)
    assert library["logger"] == "library"
    assert "secret" not in str(library)
    assert ours["event"] == "A sentence of ours."
