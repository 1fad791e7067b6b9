"""`safelight case decide | draft`: on a case, on items of it, on a group, or as it was found before."""

import pytest

CONFIRMED = ("--finding", "confirmed", "--label", "ncmec:A1", "--incident", "csam", "--reasons", "by eye")


def test_a_case_is_decided_item_by_item_and_shown(run, reviewed, cells) -> None:
    assert run("case", "decide", 1, *CONFIRMED, "--annotation", "viral", "--item", 2) == 0
    assert cells()[1].strip() == "Decision 1. Case 1 is open. Still to be decided on: item 1."
    assert run("case", "decide", 1, "--finding", "not_a_match", "--reasons", "a drawing") == 0
    assert cells()[1].strip() == "Decision 2. Case 1 is decided."
    run("case", "show", 1)
    assert [row[7] for row in cells()[0]] == ["not_a_match", "confirmed ncmec:A1"]
    assert run("case", "decide", 1, *CONFIRMED) == 64
    assert run("case", "close", 1, "--reason", "reported by hand") == 0


@pytest.mark.parametrize(
    "wrong",
    [
        (1, "--reasons", "x"),
        (1, "--finding", "confirmed", "--reasons", "x"),
        (1, *CONFIRMED[:2], "--label", "ncmec:Z9", *CONFIRMED[4:]),
        (1, "--finding", "not_a_match"),
        ("--finding", "not_a_match", "--reasons", "x"),
        (1, "--group", 1, "--finding", "not_a_match", "--reasons", "x"),
        (1, "--by-memory", "--reasons", "as before"),
    ],
)
def test_what_cannot_be_decided_so_is_refused(run, reviewed, wrong) -> None:
    assert run("case", "decide", *wrong) == 64


def test_a_group_is_decided_in_one_act(run, reviewed, cells) -> None:
    assert run("case", "decide", "--group", 2, "--finding", "not_a_match", "--reasons", "a drawing") == 0
    assert "Still to be decided on: item 1" in cells()[1]


def test_a_draft_is_saved_and_shown(run, reviewed, cells) -> None:
    run("case", "draft", 1)
    assert "written nothing" in cells()[1]
    assert run("case", "draft", 1, "--text", "half a thought") == 0
    assert "not yours" in cells()[1]
    run("case", "claim", 1)
    assert run("case", "draft", 1, "--text", "a whole thought") == 0
    assert cells()[1].splitlines()[-1] == "Saved."
    run("case", "draft", 1)
    assert cells()[1].strip() == "a whole thought"
