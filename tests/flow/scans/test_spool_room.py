"""A sender cannot fill the disk that evidence needs."""

import pytest

from safelight.errors import SpoolFull
from safelight.flow.scans.spool_room import SpoolRoom


def test_there_is_room_up_to_so_many_media_and_so_many_bytes(desk, actor) -> None:
    desk.queue(actor, b"x" * 10)
    for room, size, has_room in (
        (SpoolRoom(most_media=2), 1, True),
        (SpoolRoom(most_media=1), 1, False),
        (SpoolRoom(most_bytes=15), 5, True),
        (SpoolRoom(most_bytes=15), 6, False),
    ):
        assert room.has_room(desk.engine, size) is has_room
        if has_room:
            room.require(desk.engine, size)
        else:
            with pytest.raises(SpoolFull, match="safelight spool list"):
                room.require(desk.engine, size)


def test_what_is_done_makes_room(desk, actor) -> None:
    room = SpoolRoom(most_media=1)
    desk.queue(actor, b"nobody lists this")
    assert not room.has_room(desk.engine, 1)
    desk.work()
    assert room.has_room(desk.engine, 1)
