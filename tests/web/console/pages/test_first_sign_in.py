"""The first sign-in: a code, a password, a second factor, and recovery codes that are shown once."""

import re

import pyotp

from safelight.web.csrf import csrf_token

PASSWORD = "grey otters count slowly"


def test_from_the_code_to_the_recovery_codes(browser, invite, moving) -> None:
    browser.get("/sign-in/code")
    assert browser.submit("/sign-in/code", code="7KQ2M-0PXYA-9D3TE-HJ5VW").status_code == 401
    assert (
        browser.submit("/sign-in/code", code=invite("first@example.org", "reviewer")).headers["location"] == "/welcome"
    )
    assert "Finish and sign in" not in browser.get("/welcome").text
    assert browser.submit("/welcome").status_code == 400
    assert browser.submit("/account/password", password=PASSWORD, again=PASSWORD).headers["location"] == "/welcome"
    secret = re.search(r'class="secret">([A-Z2-7]+)<', browser.submit("/account/app").text)[1]
    code = pyotp.TOTP(secret).at(moving.now())
    assert browser.submit("/account/app/confirm", code=code).headers["location"] == "/welcome"
    page = browser.submit("/welcome").text
    assert len(re.findall(r"<li><code>", page)) == 10
    assert 'action="/sign-out"' in page
    assert csrf_token(browser.cookies["__Host-safelight-session"]) in page  # its forms count in the new session
    assert "first@example.org" in browser.get("/").text
    assert browser.submit("/welcome").headers["location"] == "/"
