"""`safelight case decisions | group | agreement | schemes`: what was decided, and by which words."""


def test_decisions_are_shown_with_their_reasons_when_asked(run, reviewed, cells) -> None:
    run("case", "decide", 1, "--finding", "not_a_match", "--reasons", "a drawing \x1b[31m")
    cells()
    assert run("case", "decisions", 1, "--reasons") == 0
    ((decision, _, by, seat, finding, label, items, holds),), text = cells()
    assert (decision, by, seat, finding, label, items, holds) == (
        "1",
        reviewed.actor.name,
        "first",
        "not_a_match",
        "",
        "1, 2",
        "yes",
    )
    assert text.splitlines()[-1] == r"1: a drawing \x1b[31m"
    assert run("case", "decisions", 99) == 66


def test_groups_agreement_and_schemes_are_listed(run, reviewed, cells) -> None:
    assert run("case", "group", 1) == 0
    assert [row[:3] for row in cells()[0]] == [["1", "1", "exact"]]
    assert run("case", "agreement") == 0
    assert cells()[0] == []
    assert run("case", "schemes") == 0
    assert [row[0] for row in cells()[0]][:2] == ["interpol:baseline", "interpol:national"]
