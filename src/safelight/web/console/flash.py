"""What was done is told on the next page, once: the name of a text in a cookie, never a text itself."""

from starlette.responses import Response
from starlette.types import Scope

from safelight.web.console.texts import Texts
from safelight.web.sessions import Cookies

FLASH = "flash"

_LASTS_S = 60


def put_flash(cookies: Cookies, response: Response, done: str | None) -> None:
    """Let a response say that something was done (`jobs.retried`), or, with None, that this was told."""
    if done is None:
        cookies.drop(response, FLASH)
    else:
        cookies.put(response, FLASH, done, max_age_s=_LASTS_S)


def take_flash(cookies: Cookies, scope: Scope, t: Texts) -> str | None:
    """Return what was done, None where nothing was. Only texts that say what was done are told: `jobs.done.retried`."""
    room, _, name = (cookies.read_words(scope, FLASH) or "").partition(".")
    key = f"{room}.done.{name}"
    return t(key) if key in t else None
