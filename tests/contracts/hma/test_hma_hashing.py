"""Hashing: golden values, what a form may hold, what cannot be hashed."""

import io
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from PIL import Image

pytestmark = pytest.mark.few_on_postgresql()
"""What is answered here is made of no SQL: PostgreSQL is left to the long run."""


Picture = Callable[[int], bytes]

GOLDEN = {
    2: "ff00f00881ff1ffb49aa6bd1fa5be470c0ef8b8f25a49c2e375561244641ea4a",
    5: "001a03fa7ffffbdafcb0cf270db62f041eff40fb32492058cf0f1c25c504d805",
    8: "e880c0295b7f19fffca8f60799eef2110bff0dffa61189d8eb576e0024821e40",
}
"""What PDQ's own library (pdqhash 0.2.8) says of pictures that whole numbers alone make."""

MD5_OF_VIDEO = "900150983cd24fb0d6963f7d28e17f72"  # of the bytes "abc", by RFC 1321


def _post(hma: httpx2.Client, body: bytes, field: str = "photo", **query: str) -> httpx2.Response:
    return hma.post("/h/hash", files={field: ("x", body, "application/octet-stream")}, params=query)


@pytest.mark.parametrize("seed", GOLDEN)
def test_a_picture_has_the_pdq_that_it_has_everywhere(hma: httpx2.Client, picture: Picture, seed: int) -> None:
    assert _post(hma, picture(seed)).json() == {"pdq": GOLDEN[seed]}


def test_a_video_has_the_md5_of_its_bytes(hma: httpx2.Client) -> None:
    assert _post(hma, b"abc", "video").json() == {"video_md5": MD5_OF_VIDEO}


def test_the_types_may_be_named(hma: httpx2.Client, picture: Picture) -> None:
    assert _post(hma, picture(2), types="pdq").json() == {"pdq": GOLDEN[2]}
    for wrong in ("video_md5", "nothing", ","):
        assert _post(hma, picture(2), types=wrong).status_code == 400


def test_name_and_label_of_the_part_do_not_matter(hma: httpx2.Client, picture: Picture) -> None:
    for name, label in (("é.gif", "text/html"), ("", "image/png"), ("a b.exe", "")):
        answer = hma.post("/h/hash", files={"photo": (name or "x", picture(5), label or "image/jpeg")})
        assert answer.json() == {"pdq": GOLDEN[5]}


def test_other_fields_beside_the_file_are_passed_over(hma: httpx2.Client, picture: Picture) -> None:
    answer = hma.post("/h/hash", files={"photo": ("x", picture(5))}, data={"more": "1"})
    assert answer.json() == {"pdq": GOLDEN[5]}


def test_a_flat_picture_has_no_pdq_and_is_no_error(hma: httpx2.Client, flat: bytes) -> None:
    answer = _post(hma, flat)
    assert answer.status_code == 200
    assert answer.json() in ({}, {"pdq": ""})


def test_what_is_no_upload_is_400_with_a_message(hma: httpx2.Client, picture: Picture) -> None:
    wrong: list[dict[str, Any]] = [
        {},
        {"content": picture(2)},
        {"json": {"photo": "x"}},
        {"files": {"nothing": ("x", picture(2))}},
        {"files": [("photo", ("x", picture(2))), ("video", ("y", b"abc"))]},
        {"files": [("photo", ("x", picture(2))), ("photo", ("y", picture(5)))]},
    ]
    for each in wrong:
        answer = hma.post("/h/hash", **each)
        assert answer.status_code == 400, each.keys()
        assert isinstance(answer.json()["message"], str)


def test_an_address_is_hashed(hma: httpx2.Client, shelf: Any, picture: Picture) -> None:
    photo = shelf.put("/a.png", picture(8), "image/png")
    video = shelf.put("/a.mp4", b"\0\0\0\x18ftypisom", "video/mp4")
    assert hma.get("/h/hash", params={"url": photo}).json() == {"pdq": GOLDEN[8]}
    assert set(hma.get("/h/hash", params={"url": video}).json()) == {"video_md5"}


def test_an_addresses_content_type_may_be_told(hma: httpx2.Client, shelf: Any) -> None:
    url = shelf.put("/abc", b"abc", "text/plain")
    assert hma.get("/h/hash", params={"url": url}).status_code == 400
    told = hma.get("/h/hash", params={"url": url, "content_type": "video"})
    assert told.json() == {"video_md5": MD5_OF_VIDEO}
    assert hma.get("/h/hash", params={"url": url, "content_type": "x"}).status_code == 400


def test_hashing_by_address_takes_an_address(hma: httpx2.Client) -> None:
    assert hma.get("/h/hash").status_code == 400


@pytest.mark.usefixtures("strict")
class TestWhereHmaIsAtFault:
    def test_what_cannot_be_decoded_is_400_and_not_tried_again(self, hma: httpx2.Client, picture: Picture) -> None:
        for body in (b"", b"no picture", picture(2)[:2000], picture(2)[:-200]):
            answer = _post(hma, body)
            assert answer.status_code == 400
            assert isinstance(answer.json()["message"], str)

    def test_an_address_that_labels_nothing_is_told_by_its_bytes(
        self, hma: httpx2.Client, shelf: Any, picture: Picture
    ) -> None:
        url = shelf.put("/unlabelled", picture(8), "")
        assert hma.get("/h/hash", params={"url": url}).json() == {"pdq": GOLDEN[8]}

    def test_an_address_that_gives_nothing_is_400(self, hma: httpx2.Client, shelf: Any) -> None:
        assert hma.get("/h/hash", params={"url": f"{shelf.url}/missing"}).status_code == 400

    def test_the_same_picture_has_the_same_pdq_in_every_palette(self, hma: httpx2.Client, picture: Picture) -> None:
        """HMA hashes the numbers of a palette: saving a known picture as a GIF hid it."""
        few = Image.open(io.BytesIO(picture(5))).quantize(64)
        files = []
        for kind, image in (("PNG", few.convert("RGB")), ("PNG", few), ("GIF", few)):
            held = io.BytesIO()
            image.save(held, kind)
            files.append(held.getvalue())
        assert len({_post(hma, body).json()["pdq"] for body in files}) == 1
