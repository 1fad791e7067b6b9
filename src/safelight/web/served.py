"""Routes as they are served: those that the document tells of, without what FastAPI does around an endpoint.

Ours take a request and give a response: there is nothing to inject and nothing to convert. What FastAPI does around
them nevertheless takes as long as a look-up itself, so that it writes the document and no more.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from anyio import to_thread
from fastapi.routing import iter_route_contexts
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from safelight.web.answer import answer_json
from safelight.web.guard import OpenHandle

DOCUMENT_PATH = "/openapi.json"


class Served(Route):
    """One path and what answers each of its methods. Who looks at a request later finds it as the scope's `route`."""

    def __init__(self, path: str, by_method: Mapping[str, OpenHandle]) -> None:
        async def answer(request: Request) -> Response:
            return await by_method[request.method](request)

        super().__init__(path, answer, methods=by_method)
        self.methods = set(by_method)  # GET does not bring a HEAD along, of which the document does not tell

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether a request is for this path."""
        match, child = super().matches(scope)
        return match, child if match is Match.NONE else {**child, "route": self}


def serve_plainly(routes: Sequence[BaseRoute], compose: Callable[[], Mapping[str, Any]]) -> Starlette:
    """Return an application that answers at the routes of a FastAPI application, and with its document.

    The document is composed when it is asked for first: that takes longer than all else at a start.
    """

    @cache
    def written() -> bytes:
        return bytes(answer_json(compose()).body)

    by_path: dict[str, dict[str, OpenHandle]] = {}
    for route in iter_route_contexts(routes):
        if route.endpoint is not None:
            by_path.setdefault(str(route.path), {}).update(dict.fromkeys(route.methods or (), route.endpoint))

    async def show_document(_request: Request) -> Response:
        return Response(await to_thread.run_sync(written), media_type="application/json")

    by_path[DOCUMENT_PATH] = {"GET": show_document}
    return Starlette(routes=[Served(path, by_method) for path, by_method in by_path.items()])
