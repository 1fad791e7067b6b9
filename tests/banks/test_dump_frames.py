import io

import pytest

from safelight.banks.dump_frames import DONE, HEAD, MAX_BODY_BYTES, ROWS, FrameReader, FrameWriter, is_dump
from safelight.banks.list_source import ListSource
from safelight.errors import ListRefused


def _written(*frames: tuple[bytes, bytes]) -> bytes:
    writer = FrameWriter()
    return writer.start + b"".join(writer.frame(kind, body) for kind, body in frames)


def _read(data: bytes) -> list[tuple[bytes, bytes]]:
    return list(FrameReader(ListSource(io.BytesIO(data))).frames())


def test_frames_come_back_as_they_were_written() -> None:
    frames = [(HEAD, b"{}"), (ROWS, b""), (ROWS, b"x" * MAX_BODY_BYTES), (DONE, b"end")]
    assert _read(_written(*frames)) == frames


def test_a_dump_is_known_by_its_beginning_whatever_its_name() -> None:
    assert is_dump(_written((DONE, b"")))
    assert not is_dump(b"signal_type,value\n")
    with pytest.raises(ListRefused, match="no bank dump"):
        _read(b"signal_type,value\nmd5,00\n")


def test_a_body_longer_than_may_be_is_refused_before_it_is_read() -> None:
    source = ListSource(io.BytesIO(_written((ROWS, b"x" * (MAX_BODY_BYTES + 1)), (DONE, b""))))
    with pytest.raises(ListRefused, match="damaged"):
        list(FrameReader(source).frames())
    assert source.bytes_read < 100


def test_without_an_end_the_dump_is_cut_short_however_whole_its_frames() -> None:
    with pytest.raises(ListRefused, match="cut short"):
        _read(_written((HEAD, b"{}"), (ROWS, b"x")))
