"""What was done is told once, and nobody can make the console say anything else."""

from starlette.responses import Response

from safelight.access.signing_in.relying_party import read_relying_party
from safelight.web.console.flash import put_flash, take_flash
from safelight.web.console.texts import all_texts
from safelight.web.sessions import Cookies

COOKIES = Cookies(read_relying_party("https://review.example.org"))
T = all_texts()["en"]


def taken(cookie: str) -> str | None:
    return take_flash(COOKIES, {"headers": [(b"cookie", cookie.encode())]}, T)


def test_what_was_done_is_told_by_its_name() -> None:
    response = Response()
    put_flash(COOKIES, response, "jobs.retried")
    set_cookie = response.headers["set-cookie"]
    assert "HttpOnly" in set_cookie
    assert "SameSite=strict" in set_cookie
    assert taken(set_cookie.partition(";")[0]) == T("jobs.done.retried")


def test_it_is_taken_away_once_told() -> None:
    response = Response()
    put_flash(COOKIES, response, None)
    assert "Max-Age=0" in response.headers["set-cookie"]


def test_no_other_text_is_told() -> None:
    for words in ("jobs.title", "problem.error", "jobs.done.retried", "hello", "<b>", "", "jobs."):
        assert taken(f"__Host-safelight-flash={words}") is None
    assert taken("") is None
