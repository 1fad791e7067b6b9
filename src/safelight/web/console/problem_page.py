"""Errors as pages: what happened in the reader's language, what the program says of it, and the stable code."""

from starlette.responses import Response

from safelight.errors import SafelightError
from safelight.web.console.visit import Visit, page_headers
from safelight.web.refusal import status_of


def see_error(visit: Visit, error: SafelightError) -> Response:
    """Answer with the page of one of our errors."""
    response = see_problem(visit, status_of(error), error.code, str(error))
    response.headers.update(page_headers(error))
    return response


def see_problem(visit: Visit, status: int, code: str, detail: str) -> Response:
    """Answer with the page of a problem: the text `problem.<code>`, the detail in English, the code."""
    return visit.see("problem.html", status=status, code=code, detail=detail)
