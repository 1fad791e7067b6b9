import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from safelight.errors import InvalidValue, NotAllowed
from safelight.intake.content import ContentLost
from safelight.intake.media import Origin
from safelight.intake.sources.interface import Obstacle, Unopenable
from safelight.intake.sources.stream import StreamArrival
from safelight.testing.synthetic import paint
from safelight.web.hma.answer import Refused
from safelight.web.hma.media import guess_kind

pytestmark = pytest.mark.few_on_postgresql()
"""What is answered here is made of no SQL: PostgreSQL is left to the long run."""


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "photo"),
        (b"\xff\xd8\xff\xe0", "photo"),
        (b"\0\0\0\x18ftypheic", "photo"),
        (b"\0\0\0\x18ftypisom", "video"),
        (b"\x1aE\xdf\xa3", "video"),
        (b"RIFF\0\0\0\0AVI LIST", "video"),
    ],
)
def test_the_first_bytes_tell_pictures_from_videos(head: bytes, kind: str) -> None:
    assert guess_kind(head) == kind


@pytest.mark.parametrize("head", [b"", b"<html>", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE"])
def test_what_is_neither_is_refused(head: bytes) -> None:
    with pytest.raises(Refused):
        guess_kind(head)


def _png() -> bytes:
    held = io.BytesIO()
    paint(3, width=200, height=160).save(held, "PNG")
    return held.getvalue()


class _Lost:
    """An arrival whose bytes cannot be had."""

    name, stamp, origin = b"x", None, Origin()

    def __init__(self, error: Exception) -> None:
        self._error = error

    @contextmanager
    def open(self) -> Iterator[Any]:
        raise self._error
        yield


def _fetch(url: str) -> Any:
    """Answer by what the address is called."""
    errors: dict[str, Exception] = {
        "too-large": Unopenable(Obstacle.TOO_LARGE, "more than 5 bytes came"),
        "unreadable": Unopenable(Obstacle.UNREADABLE, "it did not answer"),
        "lost": ContentLost("it broke off"),
    }
    if url == "private":
        raise NotAllowed("This host is not on the list.")
    if url == "malformed":
        raise InvalidValue("This is no address.")
    if url in errors:
        return _Lost(errors[url])
    return StreamArrival(stream=io.BytesIO(_png()), max_bytes=1 << 20)


class TestFetching:
    @pytest.fixture
    def more(self) -> dict[str, Any]:
        return {"fetch": _fetch}

    @pytest.mark.parametrize(
        ("url", "status"),
        [("private", 403), ("malformed", 400), ("too-large", 413), ("unreadable", 400), ("lost", 400)],
    )
    @pytest.mark.parametrize("path", ["/h/hash", "/m/lookup"])
    def test_what_cannot_be_had_is_refused_with_its_reason(
        self, client: TestClient, path: str, url: str, status: int
    ) -> None:
        answer = client.get(path, params={"url": url})
        assert answer.status_code == status
        assert isinstance(answer.json()["message"], str)

    def test_an_address_is_opened_once_and_hashed_by_what_its_bytes_are(self, client: TestClient) -> None:
        uploaded = client.post("/h/hash", files={"photo": ("x", _png())}).json()
        assert client.get("/h/hash", params={"url": "good"}).json() == uploaded
        assert client.get("/h/hash", params={"url": "good", "types": "md5"}).json().keys() == {"md5"}

    def test_a_type_that_the_media_does_not_have_is_refused(self, client: TestClient) -> None:
        assert client.get("/m/lookup", params={"url": "good", "signal_type": "video_md5"}).status_code == 400


def test_a_service_that_fetches_nothing_says_so(client: TestClient) -> None:
    for method, path in (("GET", "/h/hash"), ("GET", "/m/lookup"), ("POST", "/c/bank/KNOWN/content")):
        answer = client.request(method, path, params={"url": "https://media.example/a.png"})
        assert answer.status_code == 403
        assert "fetches nothing" in answer.json()["message"]


def test_digests_of_a_picture_are_matched_when_they_are_asked_for(
    client: TestClient, soon: Callable[[Callable[[], Any], Any], None]
) -> None:
    file = {"photo": ("x", _png())}
    digests = client.post("/h/hash", files=file, params={"types": "sha256,md5"}).json()
    client.post("/c/bank/KNOWN/signal", json={"sha256": digests["sha256"]})
    query = {"types": "pdq,sha256"}
    soon(lambda: set(client.post("/m/lookup", files=file, params=query).json()["sha256"]), {"KNOWN"})
    assert client.post("/m/lookup", files=file, params=query).json()["pdq"] == {}


class TestLimits:
    @pytest.fixture
    def more(self) -> dict[str, Any]:
        return {"max_bytes": 1000}

    def test_media_that_is_too_long_is_413(self, client: TestClient) -> None:
        answer = client.post("/h/hash", files={"photo": ("x", bytes(2000))})
        assert answer.status_code == 413
        assert isinstance(answer.json()["message"], str)


PLAIN = b"in the clear " * 200_000


class TestOnDisk:
    @pytest.fixture
    def seen(self) -> list[bytes]:
        return []

    @pytest.fixture
    def more(self, seen: list[bytes]) -> dict[str, Any]:
        """While the media is here, look into every open file of this process, those without a name too."""

        def look(_result: Any) -> None:
            for link in Path("/proc/self/fd").iterdir():
                with suppress(OSError):  # a socket, or closed since
                    if link.is_file():
                        seen.append(link.read_bytes())

        return {"count": look}

    def test_media_is_never_in_the_clear(self, client: TestClient, seen: list[bytes], tmp_path: Path) -> None:
        """What is usual for uploads writes them to a temporary file: here only the spool is written, sealed."""
        assert client.post("/m/lookup", files={"video": ("x", PLAIN)}).json() == {"video_md5": {}}
        assert any(len(held) > len(PLAIN) for held in seen)
        assert not any(b"in the clear" in held for held in seen)
        assert not [path for path in (tmp_path / "spool").rglob("*") if path.is_file() and path.stat().st_size]
