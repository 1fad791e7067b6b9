"""Media is hashed through the sealed spool, and nothing of it stays."""

import io

import pytest

import safelight
from safelight.testing.synthetic import paint, paint_pixels

PDQ = safelight.hash_rgb(paint_pixels(3, width=200, height=160)).value
"""What the bank of these tests lists."""


def _picture() -> bytes:
    buffer = io.BytesIO()
    paint(3, width=200, height=160).save(buffer, "PNG")
    return buffer.getvalue()


def test_the_signals_of_a_picture_are_told(client) -> None:
    answer = client.post("/api/v1/hash", content=_picture()).json()
    values = {each["type"]: each.get("value") for each in answer["signals"]}
    assert values["pdq"] == PDQ.hex()
    assert set(values) == {"md5", "sha1", "sha256", "pdq"}
    assert (answer["picture"]["format"], answer["picture"]["width"]) == ("png", 200)


@pytest.mark.parametrize("content", [b"", b"no picture", _picture()[:200]])
def test_what_cannot_be_decoded_says_why_and_is_hashed_as_far_as_it_goes(client, content: bytes) -> None:
    answer = client.post("/api/v1/hash", content=content)
    assert answer.status_code == 200
    by_type = {each["type"]: each for each in answer.json()["signals"]}
    assert "reason" in by_type["pdq"]
    assert "value" in by_type["sha256"]


def test_nothing_is_left_in_the_spool(client, service, tmp_path) -> None:
    client.post("/api/v1/hash", content=b"x" * (20 << 20))
    files = [path for path in (tmp_path / "workspace" / "spool").rglob("*") if path.is_file()]
    assert [path for path in files if path.suffix != ".lock"] == []
