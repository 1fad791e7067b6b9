"""A block gives the values of its media by type, each beside the media that it is of."""

from dataclasses import replace

from safelight.hashing.signal import Signal, SignalType
from safelight.recent.block import Block
from safelight.recent.packing import pack, split


def test_every_value_is_given_with_its_media_whatever_the_layout(still, value) -> None:
    block = Block()
    frames = tuple(replace(still(seed).signals[1], frame=seed) for seed in (7, 8))
    media = {
        1: still(1),
        2: still(2),
        3: replace(still(3), signals=frames),
        4: still(101),
        5: replace(still(5), signals=()),
    }
    for media_id, seen in media.items():
        block.add(media_id, pack(seen))
    assert block.size_bytes == sum(len(split(pack(seen))[1]) for seen in media.values())
    for kind in (SignalType.MD5, SignalType.PDQ, SignalType.SHA1):
        values = block.values(kind)
        told = {(int(owner), row.tobytes()) for owner, row in zip(values.owners, values.rows, strict=True)}
        assert told == {(media_id, each) for media_id, seen in media.items() for each in _values(seen.signals, kind)}
        assert len(values.owners) == len(told)


def _values(signals: tuple[Signal, ...], kind: SignalType) -> list[bytes]:
    return [each for signal in signals if signal.type is kind for each in signal.orientations or (signal.value,)]
