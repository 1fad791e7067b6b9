"""Problem answers (RFC 9457): every refusal in one form, with our stable code and without anything of the request."""

from collections.abc import Mapping

from pydantic_core import to_json
from starlette.responses import Response

from safelight.web.refusal import Refusal

MEDIA_TYPE = "application/problem+json"
DOCUMENT = "docs/reference/errors.md"

TITLES = {
    400: "The request cannot be carried out as it was given",
    401: "A valid key is needed",
    403: "The key does not allow this",
    404: "There is no such thing",
    405: "This address does not take this method",
    408: "The request did not arrive in time",
    409: "It does not go with what is there",
    411: "The length of the body must be told",
    412: "It was changed meanwhile",
    413: "More came than may come",
    415: "The body is of a type that is not taken here",
    422: "A value is not of the right form",
    429: "Too many requests",
    431: "The headers are too large",
    500: "A fault of ours",
    502: "The other side did not answer as it should",
    503: "Not available for now",
    504: "The other side took too long",
}


def answer_problem(status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem answer: `type` names where the code is explained, `detail` says what to do."""
    told = {"type": f"{DOCUMENT}#{code}", "title": TITLES.get(status, "Not done"), "status": status, "code": code}
    return Response(to_json({**told, "detail": detail}), status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def tell_problem(refusal: Refusal) -> Response:
    """Return the problem answer of a refusal."""
    return answer_problem(refusal.status, refusal.code, refusal.detail, headers=refusal.headers)
