"""The second factor: a code is accepted once, a recovery code in its place, and one can leave."""

import pytest

PASSWORD = "grey otters count slowly"


@pytest.fixture
def half(browser, enrol, request):
    """Somebody whose second factor is awaited, and their browser."""
    person = enrol(f"{request.node.name}@example.org", "reviewer")
    browser.get("/sign-in")
    browser.submit("/sign-in", name=person.name, password=PASSWORD)
    return person, browser


def test_only_what_one_has_is_offered(half) -> None:
    page = half[1].get("/sign-in/second").text
    assert 'id="code"' in page
    assert 'id="recovery_code"' in page
    assert "data-passkey" not in page


def test_a_wrong_code_is_told_beside_its_field_and_is_not_given_back(half) -> None:
    answer = half[1].submit("/sign-in/second", code="123456")
    assert (answer.status_code, 'id="code-fault"' in answer.text, "123456" in answer.text) == (401, True, False)


def test_a_recovery_code_lets_in_once(half, console) -> None:
    from safelight.flow.signing_in.enrolling import make_recovery_codes

    person, browser = half
    code = make_recovery_codes(console.desk, person.signed_in.token)[0]
    wrong = browser.submit("/sign-in/second/recovery", recovery_code="nonsense")
    assert (wrong.status_code, "<details open>" in wrong.text) == (401, True)
    assert browser.submit("/sign-in/second/recovery", recovery_code=code).headers["location"] == "/"
    browser.submit("/sign-out")
    browser.get("/sign-in")
    browser.submit("/sign-in", name=person.name, password=PASSWORD)
    assert browser.submit("/sign-in/second/recovery", recovery_code=code).status_code == 401


def test_whoever_leaves_begins_anew(half) -> None:
    browser = half[1]
    assert browser.submit("/sign-in/leave").headers["location"] == "/sign-in"
    assert browser.get("/sign-in/second").headers["location"].startswith("/sign-in?")
