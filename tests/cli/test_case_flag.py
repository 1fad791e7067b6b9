"""`safelight case flag | flags | open`: complaints, and cases that are opened by hand."""


def test_a_complaint_opens_a_case_and_is_shown_to_who_reviews(run, reviewed, cells) -> None:
    told = ("--category", "enticement", "--from", "user", "--words", "he asks \x1b[31m", "--complainant", "u1")
    assert run("case", "flag", "--subject", "account 8", *told) == 0
    assert cells()[1].strip() == "Item 3 of case 2, which it opened."
    assert run("case", "flag", "--content", "post 1", "--deadline", "2099-01-31T00:00:00+00:00") == 0
    assert run("case", "flag") == 64
    cells()
    assert run("case", "flags", 2) == 0
    ((item, _, came_from, category, who, place, words),), _ = cells()
    assert (item, came_from, category, who, place) == ("3", "user", "enticement", "u1", "")
    assert words == r"he asks \x1b[31m"


def test_a_case_is_opened_by_hand(run, reviewed, cells) -> None:
    assert run("case", "open", "--subject", "account 9", "--reason", "a colleague called") == 0
    assert cells()[1].strip() == "Case 2 was opened."
    assert run("case", "open", "--subject", "account 9", "--reason", "and again") == 0
    assert cells()[1].strip() == "Case 2 has one more item."
    assert run("case", "open", "--subject", "account 9") == 64
