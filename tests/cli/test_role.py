"""`safelight role` shows what roles may do and edits them."""

import pytest

from safelight.access.role import BUILT_IN


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]):
    return lambda: capfd.readouterr().out


def _rows(text: str) -> dict[str, list[str]]:
    rows = [[cell.strip() for cell in line.strip("│ ").split("│")] for line in text.splitlines() if "│" in line]
    return {row[0]: row[1:] for row in rows}


def test_roles_are_listed_with_how_many_have_each(run, said) -> None:
    run("person", "add", "Ada", "--role", "lead")
    run("api-key", "create", "shop")
    said()
    assert run("role", "list") == 0
    rows = _rows(said())
    assert set(rows) == set(BUILT_IN)
    assert rows["lead"] == ["built in", str(len(BUILT_IN["lead"])), "1", "0"]
    assert rows["service"][2:] == ["0", "1"]


def test_a_role_shows_what_it_may_and_what_not(run, said) -> None:
    assert run("role", "show", "service") == 0
    rows = _rows(said())
    assert rows["media:scan"] == ["yes"]
    assert rows["match:distance"] in ([""], [])


def test_a_role_is_made_edited_and_removed(run, said) -> None:
    assert run("role", "set", "night", "--permission", "case:read", "--permission", "bank:read") == 0
    assert "night may: bank:read, case:read" in said()
    assert run("role", "set", "night", "--add", "hold:read", "--drop", "bank:read", "--reason", "why") == 0
    assert "night may: case:read, hold:read" in said()
    run("role", "list")
    assert _rows(said())["night"][0] == "made here"
    assert run("role", "remove", "night") == 0
    assert "night is removed." in said()


def test_a_built_in_role_is_edited_and_as_it_came_again(run, said) -> None:
    assert run("role", "set", "service", "--add", "match:distance") == 0
    run("role", "list")
    assert _rows(said())["service"][0] == "built in, edited"
    assert run("role", "remove", "service") == 0
    assert "service is as it came." in said()
    assert run("role", "remove", "service") == 64


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["set", "night"], 64),
        (["set", "night", "--permission", "case:read", "--add", "bank:read"], 64),
        (["set", "night", "--add", "bank:read"], 66),
        (["set", "night", "--permission", "moon:walk"], 64),
        (["show", "night"], 66),
        (["remove", "night"], 66),
    ],
)
def test_what_cannot_be_is_told_by_its_status(run, words: list[str], status: int) -> None:
    assert run("role", *words) == status
