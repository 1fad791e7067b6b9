"""The console's own files: its style, its scripts, and HTMX where the build has put it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).parent / "static"
BEGINNING = "/static/"

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",  # the address changes with the content
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class StaticFiles:
    """Answers the addresses of the files, each of which names the digest of what it answers."""

    folder: Path = FOLDER

    @cached_property
    def _files(self) -> Mapping[str, tuple[bytes, str]]:
        held = {path.name: path.read_bytes() for path in sorted(self.folder.iterdir()) if path.suffix in _TYPES}
        return {name: (body, hashlib.sha256(body).hexdigest()[:16]) for name, body in held.items()}

    def address(self, name: str) -> str | None:
        """Return the address of a file, None for one that is not there: HTMX where nothing was built."""
        found = self._files.get(name)
        return None if found is None else f"{BEGINNING}{found[1]}/{name}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        digest, _, name = scope["path"].removeprefix(BEGINNING).partition("/")
        found = self._files.get(name)
        if scope["method"] not in {"GET", "HEAD"} or found is None or found[1] != digest:
            response: Response = PlainTextResponse("There is no such file.", 404)
        else:
            response = Response(found[0], media_type=_TYPES[Path(name).suffix], headers=_HEADERS)
        await response(scope, receive, send)
