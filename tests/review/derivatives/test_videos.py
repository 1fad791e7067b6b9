import pytest

from safelight.review.derivatives.videos import looks_like_video


@pytest.mark.parametrize(
    "head",
    [
        b"\0\0\0\x20ftypisom",
        b"\0\0\0\x14ftypqt  ",
        b"\x1aE\xdf\xa3" + bytes(8),
        b"RIFF\0\0\0\0AVI ",
        b"OggS" + bytes(8),
        b"\x00\x00\x01\xba" + bytes(8),
        b"\x47" + bytes(187) + b"\x47",
    ],
)
def test_containers_of_films_are_told_by_their_first_bytes(head) -> None:
    assert looks_like_video(head)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff\xd8\xff\xe0",
        b"\0\0\0\x20ftypavif",
        b"\0\0\0\x20ftypheic",
        b"RIFF\0\0\0\0WEBP",
        b"GIF89a",
        b"G",
        b"G" + bytes(188),
    ],
)
def test_pictures_are_no_videos(head) -> None:
    assert not looks_like_video(head)
