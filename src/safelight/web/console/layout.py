"""What the frame around every page is given: who is here, which ways are open, how it looks, the keys."""

from starlette.requests import Request

from safelight.access.signing_in.session import Stage
from safelight.errors import SafelightError
from safelight.flow.signing_in.desk import Present
from safelight.web.console.console import Console
from safelight.web.console.look import Look
from safelight.web.console.loud import loud_now
from safelight.web.console.navigation import ELSEWHERE, is_within, ways_for
from safelight.web.console.texts import Texts
from safelight.web.security_headers import NONCE


def layout_facts(
    console: Console, request: Request, present: Present | None, look: Look, t: Texts
) -> dict[str, object]:
    """Return the facts. Templates have them beside those of their page. A part of a page has no frame."""
    is_part = request.headers.get("hx-request") == "true"
    is_signed_in = present is not None and present.session.stage is Stage.SIGNED_IN
    actor = present.actor if present is not None and is_signed_in else None

    def tell(error: SafelightError) -> str:
        return t(f"problem.{error.code}")

    return {
        "t": t,
        "tell": tell,
        "look": look,
        "nonce": request.scope.get(NONCE, ""),
        "asset": console.files.address,
        "path": request.url.path,
        "person": present.person if present is not None and is_signed_in else None,
        "may": frozenset() if actor is None else actor.permissions,
        "ways": ways_for(actor),
        "elsewhere": ELSEWHERE,
        "is_within": is_within,
        "is_present": present is not None,
        "loud": () if is_part else loud_now(console, actor),
    }
