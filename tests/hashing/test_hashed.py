"""The answers of several hashers are put together in order, with what was learned of the picture."""

from safelight.hashing.hashed import Hashed, PictureFacts
from safelight.hashing.signal import Signal, SignalType

FACTS = PictureFacts(
    format="png", width=1, height=1, exif_orientation=1, frames_seen=1, frames_hashed=1, is_complete=True
)


def _hashed(kind: SignalType, picture: PictureFacts | None = None) -> Hashed:
    return Hashed(answers=(Signal(type=kind, value=b""),), picture=picture)


def test_answers_stay_in_order_and_the_picture_is_kept_whoever_saw_it() -> None:
    first, second = _hashed(SignalType.MD5), _hashed(SignalType.PDQ, FACTS)
    assert [answer.type for answer in first.plus(second).answers] == [SignalType.MD5, SignalType.PDQ]
    assert first.plus(second).picture == second.plus(first).picture == FACTS
