"""`safelight person` says who works here and by which roles."""

import re

import pytest


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]):
    return lambda: capfd.readouterr().out


def test_a_person_is_added_listed_and_given_other_roles(run, said) -> None:
    assert run("person", "add", "Ada", "--role", "reviewer", "--role", "reporter", "--reason", "new") == 0
    assert "Ada is person 1, with: reporter, reviewer." in said()
    assert run("person", "roles", "ada", "--role", "lead") == 0
    assert "Ada has: lead." in said()
    assert run("person", "list") == 0
    assert "Ada" in said()


def test_a_person_is_disabled_and_enabled(run, said) -> None:
    run("person", "add", "Ada", "--role", "lead")
    said()
    assert run("person", "disable", "Ada", "--reason", "left") == 0
    assert run("person", "disable", "Ada") == 64
    run("person", "list")
    assert said().count("-") >= 4  # two dates
    assert run("person", "enable", "ADA") == 0
    assert run("person", "enable", "Ada") == 64


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["add", "Bo"], 64),
        (["add", "Bo", "--role", "no"], 66),
        (["add", " ", "--role", "lead"], 64),
        (["roles", "Ada"], 64),
        (["roles", "Bo", "--role", "lead"], 66),
        (["disable", "Bo"], 66),
        (["add", "ada", "--role", "lead"], 73),
    ],
)
def test_what_cannot_be_is_told_by_its_status(run, words: list[str], status: int) -> None:
    run("person", "add", "Ada", "--role", "lead")
    assert run("person", *words) == status


def test_a_sign_in_code_is_printed_alone_and_the_list_says_who_has_one(run, capfd) -> None:
    run("person", "add", "Ada", "--role", "lead")
    capfd.readouterr()
    assert run("person", "invite", "ada", "--reason", "new") == 0
    told = capfd.readouterr()
    assert re.fullmatch(r"([0-9A-Z]{5}-){3}[0-9A-Z]{5}\n", told.out)
    assert "shown now and never again" in told.err
    run("person", "list")
    assert "invited" in capfd.readouterr().out
    assert run("person", "reset", "Ada", "--hours", "0.5") == 0
    assert capfd.readouterr().out != told.out
    assert run("person", "invite", "Ada", "--hours", "721") == 64
    run("person", "disable", "Ada")
    assert run("person", "invite", "Ada") == 64
    assert run("person", "reset", "Bo") == 66
