"""`safelight outcome contact …`: what law enforcement asks for, and what it starts."""

import pytest


@pytest.fixture
def evidence(run, reviewed, tmp_path, capfd) -> str:
    """Evidence of case 2."""
    file = tmp_path / "file.bin"
    file.write_bytes(b"bytes")
    assert run("evidence", "seal", file) == 0
    from_table = [word for word in capfd.readouterr().out.split() if len(word) == 32]
    sealed = from_table[0]
    assert run("case", "open", "--subject", "account 9", "--evidence", sealed, "--reason", "a call") == 0
    capfd.readouterr()
    return sealed


def test_a_request_to_preserve_holds_and_a_request_to_destroy_says_what_to_type(run, evidence, capfd, cells) -> None:
    asked = ("--agency", "County police", "--reference", "Quint 1")
    assert run("outcome", "contact", "add", 2, "--kind", "preservation_request", *asked) == 0
    told = capfd.readouterr().out
    assert f"keeps evidence {evidence} until" in told
    assert run("outcome", "contact", "add", 2, "--kind", "destruction_request", *asked) == 0
    told = capfd.readouterr().out
    assert f"safelight hold release {evidence} --hold 1 --hold 2" in told
    assert "--reference contact:2" in told
    assert "Quint" not in told
    assert run("hold", "list", "--orders") == 0
    assert cells()[0] == []


def test_contacts_are_listed_shown_and_closed(run, filed, cells) -> None:
    times = ("--received-at", "2026-01-02T10:00", "--due-at", "2026-01-20T00:00:00+01:00")
    asked = ("--agency", "Court \x1b[31m", "--remarks", "by fax", "--report", filed)
    assert run("outcome", "contact", "add", 1, "--kind", "subpoena", *asked, *times) == 0
    cells()
    assert run("outcome", "contact", "list", "--open", "--case", 1) == 0
    ((number, case, report, kind, received, due, told, closed),), text = cells()
    assert (number, case, report, kind, told, closed) == ("1", "1", "1", "subpoena", "-", "-")
    assert (received, due) == ("2026-01-02 10:00", "2026-01-19 23:00")
    assert "Court" not in text
    assert run("outcome", "contact", "show", 1) == 0
    shown = cells()[1]
    assert r"agency: Court \x1b[31m" in shown
    assert "remarks: by fax" in shown
    assert run("outcome", "contact", "close", 1) == 0
    assert run("outcome", "contact", "close", 1) == 64
    cells()
    assert run("outcome", "contact", "list", "--open") == 0
    assert cells()[0] == []


def test_what_cannot_be_preserved_is_refused(run, reviewed) -> None:
    assert run("outcome", "contact", "add", 1, "--kind", "preservation_request", "--agency", "County police") == 64
