"""The routing table is set as a whole, printed as it is set, and says why a case goes where it goes."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

TABLE = """\
# whose law, which service, what happened, where to
GB * enticement police   # first

*  chat * chat-desk
*  *    * ncmec
"""


@pytest.fixture
def route(run: Any, reviewed: Any, authority: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Any:
    """Run a command of the group where there are three destinations; return its status and what it said."""
    (tmp_path / "config.json").write_text(json.dumps({"test": True, "password": "p"}))
    for name in ("police", "chat-desk", "ncmec"):
        assert run("destination", "add", name, "--kind", "ncmec", "--from", tmp_path / "config.json") == 0
    (tmp_path / "routes").write_text(TABLE)

    def call(*tokens: object) -> tuple[int, str]:
        capfd.readouterr()
        status = run("destination", "route", *tokens)
        said = capfd.readouterr()
        return status, said.out + said.err

    assert call("set", tmp_path / "routes") == (0, "The routing table has 3 lines.\n")
    return call


def test_what_is_printed_can_be_set_again(route, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = route("show")[1]
    assert [line.split() for line in printed.splitlines()[1:]] == [
        ["GB", "*", "enticement", "police"],
        ["*", "chat", "*", "chat-desk"],
        ["*", "*", "*", "ncmec"],
    ]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(printed.encode())))
    assert route("set", "-")[0] == 0
    assert route("show")[1] == printed


def test_a_table_that_says_nothing_clear_is_refused_and_one_without_a_default_says_so(route, tmp_path: Path) -> None:
    before = route("show")
    wrong = {"GB * ncmec": 64, "* * theft ncmec": 64, "* * * gone": 66, "* * * ncmec\nGB * * police": 64}
    for text, status in wrong.items():
        (tmp_path / "wrong").write_text(text)
        assert route("set", tmp_path / "wrong")[0] == status
    assert route("show") == before
    (tmp_path / "short").write_text("GB * * police")
    assert "No line is for anything" in route("set", tmp_path / "short")[1]


def test_where_a_case_goes_is_explained_by_options_and_by_settings(
    route, reportable: int, monkeypatch: pytest.MonkeyPatch, run: Any
) -> None:
    assert (route("explain", 1)[0], route("explain", 99)[0]) == (64, 66), "nothing is decided, or there"
    status, said = route("explain", reportable)
    assert status == 0
    assert "line 3 (*  *  *  ncmec): yes. It goes to ncmec" in said
    assert "line 1 (GB  *  enticement  police): no. It is for the jurisdiction GB" in said
    assert "line 2 (*  chat  *  chat-desk): yes" in route("explain", reportable, "--service", "CHAT")[1]
    monkeypatch.setenv("SAFELIGHT_REPORT_SERVICE", "chat")
    monkeypatch.setenv("SAFELIGHT_REPORT_JURISDICTION", "GB")
    said = route("explain", reportable)[1]
    assert "line 2 (*  chat  *  chat-desk): yes" in said
    assert "It is for the incident enticement, and asked is for csam." in said
    run("destination", "off", "chat-desk")
    assert "switched off" in route("explain", reportable)[1]
