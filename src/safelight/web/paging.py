"""Pages by cursor: which page a request asks for, and where the next one begins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request

from safelight.errors import InvalidValue

_Row = TypeVar("_Row")

LONGEST_PAGE = 1000
_USUAL_PAGE = 100
_LARGEST_NUMBER = 2**63 - 1
_MOST_DIGITS = 19

NUMBER = {"type": "integer", "minimum": 1, "maximum": _LARGEST_NUMBER}
"""What the OpenAPI document says of a number that names something."""

PARAMETERS: tuple[dict[str, Any], ...] = (
    {
        "name": "after",
        "in": "query",
        "schema": {"type": "string"},
        "description": "Give what follows this one: `next` of the page before.",
    },
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": _USUAL_PAGE},
        "description": "How many to give.",
    },
)
"""What the OpenAPI document says of pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which page is asked for: what follows `after`, at most `limit`."""

    after: str
    limit: int

    @property
    def after_number(self) -> int:
        """The cursor of things that are counted; 0 for the first page. Raises `InvalidValue`."""
        if not self.after:
            return 0
        if not _is_number(self.after):
            raise InvalidValue("`after` is no cursor of these pages: use `next` of the page before.")
        return int(self.after)

    def cut(self, rows: Sequence[_Row], cursor: Callable[[_Row], str | int], tell: Callable[[_Row], Any]) -> Any:
        """Return the page of what is short enough to be had whole, told row by row; `cursor` names each row."""
        names = [str(cursor(row)) for row in rows]
        if self.after and self.after not in names:
            raise InvalidValue("`after` is no cursor of these pages: use `next` of the page before.")
        start = names.index(self.after) + 1 if self.after else 0
        shown = rows[start : start + self.limit]
        has_more = start + len(shown) < len(rows)
        return {"items": [tell(row) for row in shown], "next": str(cursor(shown[-1])) if has_more else None}

    def tell(self, rows: Sequence[Any], last: str | int | None) -> dict[str, Any]:
        """Return a page as it is told; `last` is the cursor of its last row."""
        has_more = len(rows) == self.limit and last is not None
        return {"items": list(rows), "next": str(last) if has_more else None}


def read_page(request: Request) -> Page:
    """Return the page that a request asks for. Raises `InvalidValue`."""
    limit = request.query_params.get("limit", str(_USUAL_PAGE))
    if not (_is_number(limit) and 1 <= int(limit) <= LONGEST_PAGE):
        raise InvalidValue(f"`limit` is a whole number from 1 to {LONGEST_PAGE}.")
    return Page(after=request.query_params.get("after", ""), limit=int(limit))


def read_number(text: str, what: str) -> int:
    """Return a number that a path names. Raises `InvalidValue`."""
    if not _is_number(text):
        raise InvalidValue(f"A {what} has a whole number.")
    return int(text)


def _is_number(text: str) -> bool:
    """Whether a text is a number that a database can keep. Longer ones are not even read: that takes ever longer."""
    is_short = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return is_short and int(text) <= _LARGEST_NUMBER
