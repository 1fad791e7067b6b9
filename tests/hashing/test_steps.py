"""All hashers are asked, and a file that cannot be had is answered for by all of them."""

from safelight.hashing.hashed import Hashed
from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.hashing.signal import NoSignal, Reason, SignalType
from safelight.hashing.steps import explain_absence, make_signals
from safelight.intake.content import MemoryContent, take_digests
from safelight.intake.media import Media


def test_the_answers_of_all_hashers_are_joined(clock) -> None:
    content = MemoryContent(data=b"x")
    media = Media(size_bytes=1, digests=take_digests(content), arrived_at=clock.now())
    hashed = make_signals([CryptographicHasher(), CryptographicHasher()], media, content)
    assert [answer.type.value for answer in hashed.answers] == ["md5", "sha1", "sha256"] * 2


def test_an_absence_names_every_signal_type() -> None:
    hashed = explain_absence([CryptographicHasher()], Reason.REFUSED, "not ours to read")
    assert {answer.type for answer in hashed.answers} == {SignalType.MD5, SignalType.SHA1, SignalType.SHA256}
    assert all(isinstance(answer, NoSignal) and answer.reason is Reason.REFUSED for answer in hashed.answers)
    assert isinstance(hashed, Hashed)
