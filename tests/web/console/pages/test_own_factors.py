"""What one signs in with is set by whoever is there, and shown once."""

PASSWORD = "grey otters count slowly"
OTHER = "nine violet umbrellas drift"


def test_a_password_is_given_twice_and_has_to_be_one(admins) -> None:
    differing = admins.submit("/account/password", password=OTHER, again=PASSWORD)
    assert (differing.status_code, "not the same" in differing.text) == (422, True)
    weak = admins.submit("/account/password", password="password1234", again="password1234")
    assert (weak.status_code, 'id="password-fault"' in weak.text) == (422, True)
    assert "password1234" not in weak.text


def test_another_password_turns_the_token_of_the_session(admins) -> None:
    before = admins.cookies["__Host-safelight-session"]
    answer = admins.submit("/account/password", password=OTHER, again=OTHER)
    assert answer.headers["location"] == "/account"
    assert admins.cookies["__Host-safelight-session"] != before
    assert "Your password is set" in admins.get("/account").text


def test_a_new_app_is_drawn_once_and_counts_once_it_is_confirmed(admins) -> None:
    page = admins.submit("/account/app").text
    assert '<svg role="img" class="qr"' in page
    wrong = admins.submit("/account/app/confirm", code="000000")
    assert (wrong.status_code, "<svg" in wrong.text, 'id="code"' in wrong.text) == (401, False, True)
    assert "<svg" not in admins.get("/account/app").text


def test_the_only_second_factor_stays(admins) -> None:
    answer = admins.submit("/account/app/remove")
    assert (answer.status_code, "not_allowed" in answer.text) == (403, True)


def test_new_recovery_codes_are_shown_now(admins) -> None:
    assert admins.submit("/account/recovery-codes").text.count("<li><code>") == 10
