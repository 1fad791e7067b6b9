"""What requests ask, read from JSON bodies and query strings within bounds."""

import json
import math
from typing import Any

from starlette.requests import Request

from safelight.banks.bank import WHOLE_ROLLOUT
from safelight.web.answer import read_body
from safelight.web.hma.answer import Refused

MOST_BODY_BYTES = 256 * 1024

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off", ""})


def is_json(request: Request) -> bool:
    """Whether the body says that it is JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


async def read_object(request: Request) -> dict[str, Any]:
    """Return the JSON object that a body holds.

    Raises `Refused`: 415 for what is not called JSON, 400 for what is none; `BodyTooLarge`.
    """
    if not is_json(request):
        raise Refused(415, "Send the body as application/json. Nothing was done.")
    return parse_object(await read_body(request, MOST_BODY_BYTES), "body")


def parse_object(text: bytes | str, what: str) -> dict[str, Any]:
    """Return the JSON object of a text. Raises `Refused`."""
    try:
        told = json.loads(text)
        json.dumps(told, ensure_ascii=False).encode()  # halves of characters are no text that could be told or kept
    except (ValueError, RecursionError):
        raise Refused(400, f"The {what} is not readable as JSON. Nothing was done.") from None
    if not isinstance(told, dict):
        raise Refused(400, f"The {what} should be a JSON object. Nothing was done.")
    return told


def require_query(request: Request, name: str) -> str:
    """Return a parameter that must be there. Raises `Refused`."""
    value = request.query_params.get(name, "")
    if not value:
        raise Refused(400, f"The required parameter '{name}' is missing. Nothing was done.")
    return value


def read_flag(told: Any, name: str) -> bool:
    """Return a yes or no, which may be a text. Raises `Refused`."""
    if isinstance(told, bool):
        return told
    word = str(told).strip().lower() if isinstance(told, str | int) else "?"
    if word not in _TRUE | _FALSE:
        raise Refused(400, f"'{name}' should be true or false. Nothing was done.")
    return word in _TRUE


def query_flag(request: Request, name: str) -> bool:
    """Whether a parameter says yes. Raises `Refused` for what is neither yes nor no."""
    return read_flag(request.query_params.get(name, ""), name)


def query_names(request: Request, name: str) -> list[str] | None:
    """Return the names that a parameter lists, with commas between; None where it lists none."""
    return [each.strip() for each in request.query_params.get(name, "").split(",") if each.strip()] or None


def read_share(told: Any) -> int:
    """Return a ratio of 0 to 1, which may be a text, in ten-thousandths. Raises `Refused`.

    Any ratio above 0 is a bank that is on, however small it is.
    """
    try:
        ratio = math.nan if isinstance(told, bool) else float(told)
    except (TypeError, ValueError, OverflowError):
        ratio = math.nan
    if not 0 <= ratio <= 1:
        raise Refused(400, "A ratio is a number from 0 to 1. Nothing was done.")
    return max(1, round(ratio * WHOLE_ROLLOUT)) if ratio else 0
