"""Strictness: parameters that a route does not have are refused, for what is misspelt would otherwise not count."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.errors import InvalidValue

Endpoint = Callable[[Request], Awaitable[Response]]
_NUL = "\0"


def with_known_parameters(endpoint: Endpoint, parameters: Iterable[Mapping[str, Any]]) -> Endpoint:
    """Let an endpoint be asked with these parameters alone, each once unless it is a list."""
    schemas = {each["name"]: each["schema"] for each in parameters if each["in"] == "query"}
    lists = frozenset(name for name, schema in schemas.items() if schema.get("type") == "array")

    async def strict(request: Request) -> Response:
        require_known(request, frozenset(schemas), lists)
        return await endpoint(request)

    return strict


def require_known(request: Request, names: frozenset[str], lists: frozenset[str] = frozenset()) -> None:
    """Raise `InvalidValue` for a parameter that there is not, and for what no database keeps in a text.

    One that is not among `lists` may not come twice.
    """
    given = request.query_params.multi_items()
    unknown = {name for name, _ in given} - names
    if unknown:
        there = f"There are: {', '.join(sorted(names))}." if names else "There are none."
        raise InvalidValue(f"This address has no such parameter. {there} Nothing was done.")
    once = [name for name, _ in given if name not in lists]
    if len(once) > len(set(once)):
        raise InvalidValue("A parameter is given twice. Nothing was done.")
    if any(_NUL in value for value in (*(value for _, value in given), *map(str, request.path_params.values()))):
        raise InvalidValue("A text holds the character of the number 0, which no text may. Nothing was done.")
