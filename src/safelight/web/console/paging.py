"""Lists on pages: a page at a time, in order of numbers, and the address of the next one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from safelight.web.paging import read_number

ROWS = 50
"""So many rows a page has."""

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[_Row]):
    """The rows of one page; `next` is the address of the next one, `first` that of the first, None where this is it."""

    rows: Sequence[_Row]
    next: str | None
    first: str | None


def read_after(request: Request) -> int:
    """Return the number that the rows of this page follow, 0 for the first page. Raises `InvalidValue`."""
    given = request.query_params.get("after", "")
    return read_number(given, "page") if given else 0


def list_page(request: Request, found: Sequence[_Row], *, number_of: Callable[[_Row], int | str]) -> Listing[_Row]:
    """Return a page of what was found, which was asked for with one row more than a page has.

    What else the address says, such as a filter, the addresses of the other pages say too.
    """
    rows = found[:ROWS]
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "after" and value]
    has_more, is_first = len(found) > ROWS, not request.query_params.get("after")
    path = request.url.path
    return Listing(
        rows=rows,
        next=f"{path}?{urlencode([*asked, ('after', number_of(rows[-1]))])}" if has_more else None,
        first=None if is_first else f"{path}?{urlencode(asked)}" if asked else path,
    )
