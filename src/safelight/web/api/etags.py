"""Entity tags: what a thing looked like to who saw it, so that two people do not undo each other's change unseen."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, TypeVar

from pydantic_core import to_json
from starlette.requests import Request

from safelight.errors import ChangedMeanwhile
from safelight.flow.banks.seen import Check, accept

_Seen = TypeVar("_Seen")

IF_MATCH: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The `ETag` of what was seen: the change is refused (412) where it is another by now.",
}


def tag_of(*facts: object) -> str:
    """Return the tag of a thing by what makes it what it is."""
    return f'"{blake2b(to_json(facts), digest_size=12).hexdigest()}"'


def check_of(request: Request, tag: Callable[[_Seen], str]) -> Check[_Seen]:
    """Return the check that a request asks for: that the thing is still what its `If-Match` names."""
    asked = request.headers.get("if-match", "*").strip()
    if asked == "*":
        return accept
    tags = {each.strip() for each in asked.split(",")}

    def check(seen: _Seen) -> None:
        if tag(seen) not in tags:
            raise ChangedMeanwhile(
                "It was changed since it was seen: its ETag is another by now. Nothing was done. Get it again, look "
                "whether the change is still right, and send it with the new one."
            )

    return check
