"""A case is somebody's for a time: taken, renewed, given back, and never two people's."""


def test_a_case_is_taken_renewed_and_given_back(browser, reviewing) -> None:
    case = reviewing.case(None)
    browser.enter(reviewing.person())
    assert browser.submit(f"/cases/{case}/claim").headers["location"] == f"/cases/{case}"
    assert "Yours until" in browser.get(f"/cases/{case}").text
    browser.submit(f"/cases/{case}/renew")
    assert "yours for longer" in browser.get(f"/cases/{case}").text
    assert browser.submit(f"/cases/{case}/release").headers["location"] == "/queue"
    assert "Yours until" not in browser.get(f"/cases/{case}").text


def test_what_another_has_is_told_until_when_and_is_not_taken(browser, reviewing) -> None:
    case = reviewing.case(None)
    browser.enter(reviewing.person()).submit(f"/cases/{case}/claim")
    browser.enter(reviewing.person())
    page = browser.get(f"/cases/{case}").text
    assert "Another person has it until" in page
    assert "Take this case" not in page.partition("</main")[0]
    assert browser.submit(f"/cases/{case}/claim").status_code == 409
    browser.submit(f"/cases/{case}/renew")
    assert "not yours at this moment" in browser.get(f"/cases/{case}").text


def test_after_taking_one_goes_on_where_one_was_and_nowhere_else(browser, reviewing) -> None:
    case = reviewing.case(None)
    item = reviewing.items(case)[0]
    browser.enter(reviewing.person())
    answer = browser.submit(f"/cases/{case}/claim", next=f"/cases/{case}/items/{item}")
    assert answer.headers["location"] == f"/cases/{case}/items/{item}"
    assert browser.submit(f"/cases/{case}/claim", next="https://elsewhere.example").headers["location"].startswith("/")


def test_who_may_decide_nothing_takes_nothing(browser, reviewing) -> None:
    case = reviewing.case(None)
    browser.enter(reviewing.person("auditor"))
    for act in ("claim", "renew", "release"):
        assert browser.submit(f"/cases/{case}/{act}").status_code == 403


def test_more_cases_than_one_may_have_and_cases_that_there_are_not_are_not_given(browser, reviewing) -> None:
    browser.enter(reviewing.person())
    for _ in range(5):
        assert browser.submit(f"/cases/{reviewing.case(None)}/claim").status_code == 303
    assert browser.submit(f"/cases/{reviewing.case(None)}/claim").status_code == 400
    assert browser.submit("/cases/987654/claim").status_code == 404
    assert browser.submit("/cases/987654/release").status_code == 404


def test_what_is_renewed_lasts_and_what_is_not_goes_to_another(browser, reviewing, moving) -> None:
    case, first = reviewing.case(None), reviewing.person()
    browser.enter(first).submit(f"/cases/{case}/claim")
    moving.move(minutes=20)
    browser.submit(f"/cases/{case}/renew")
    moving.move(minutes=20)
    browser.get("/queue")  # their session goes on, and nothing is done about the case
    second = reviewing.person()
    assert browser.enter(second).submit(f"/cases/{case}/claim").status_code == 409
    moving.move(minutes=11)
    assert browser.submit(f"/cases/{case}/claim").headers["location"] == f"/cases/{case}"
    browser.enter(first).submit(f"/cases/{case}/renew")
    page = browser.get(f"/cases/{case}").text
    assert "It is not yours at this moment." in page
    assert "Another person has it until" in page
    assert second.name not in page
    assert browser.submit(f"/cases/{case}/release").status_code == 400
