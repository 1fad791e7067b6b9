"""Whoever shows again who they are comes back to where they were."""


def test_a_password_is_asked_for_and_leads_back(admins) -> None:
    assert 'value="/people/add"' in admins.get("/confirm?next=/people/add").text
    wrong = admins.submit("/confirm", password="wrong", next="/people/add")
    assert (wrong.status_code, 'value="/people/add"' in wrong.text) == (401, True)
    before = admins.cookies["__Host-safelight-session"]
    answer = admins.submit("/confirm", password="grey otters count slowly", next="/people/add")
    assert answer.headers["location"] == "/people/add"
    assert admins.cookies["__Host-safelight-session"] != before


def test_without_a_page_to_come_back_to_it_is_ones_account(admins) -> None:
    answer = admins.submit("/confirm", password="grey otters count slowly", next="//evil.example")
    assert answer.headers["location"] == "/account"
    assert admins.submit("/confirm/passkey", answer="{}").status_code == 401
