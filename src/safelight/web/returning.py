"""Where somebody goes after signing in: only to a page of ours."""

import re
from collections.abc import Callable, Iterable

from starlette.routing import BaseRoute, Match

_PATH = re.compile(r"(?P<path>/[A-Za-z0-9._/-]*)(?P<query>\?[A-Za-z0-9_.~=&-]*)?")
_LONGEST = 500


def return_path(given: str | None, is_known: Callable[[str], bool], otherwise: str = "/") -> str:
    """Return the path that `next=` names if it is a page of ours, and else `otherwise`.

    Only plain letters, digits and `. _ - /` after one slash: no host, no scheme, no backslash, nothing percent-encoded,
    no `..`, nothing that any browser could read as another site. And only a path that one of our pages has.
    """
    if given is None or len(given) > _LONGEST:
        return otherwise
    found = _PATH.fullmatch(given)
    if found is None or "//" in found["path"] or "/." in found["path"]:
        return otherwise
    return given if is_known(found["path"]) else otherwise


def known_pages(routes: Iterable[BaseRoute]) -> Callable[[str], bool]:
    """Return what tells whether a path is a page that can be opened, by the routes of an application."""
    held = list(routes)

    def is_known(path: str) -> bool:
        scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": [], "path_params": {}}
        return any(route.matches(scope)[0] is Match.FULL for route in held)

    return is_known
