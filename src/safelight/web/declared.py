"""What routes declare: none is served that does not say what permission it takes, or that it takes none."""

from collections.abc import Iterator, Sequence

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

from safelight.roles import Permission
from safelight.web.door import NONE_TAKEN, PERMISSION

_DECLARATIONS = frozenset({NONE_TAKEN, *(each.value for each in Permission)})


def declarations(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, str, str]]:
    """Give method, path and declaration of every route; an empty text for none."""
    for route in iter_route_contexts(routes):
        declared = (getattr(route, "openapi_extra", None) or {}).get(PERMISSION, "")
        for method in route.methods or {"ANY"}:
            yield method, str(route.path), declared


def require_declared(routes: Sequence[BaseRoute]) -> None:
    """Raise RuntimeError for a route that declares nothing, or what there is not: such a service does not start."""
    for method, path, declared in declarations(routes):
        if declared not in _DECLARATIONS:
            raise RuntimeError(f"{method} {path} does not say what permission it takes. Add it by a door.")
