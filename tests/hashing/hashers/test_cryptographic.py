"""The digests of media become exact signals."""

import hashlib
from datetime import UTC, datetime

from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.hashing.signal import Signal, SignalType
from safelight.intake.content import MemoryContent, take_digests
from safelight.intake.media import Media


def test_all_three_digests_are_answered() -> None:
    content = MemoryContent(data=b"any bytes at all")
    media = Media(size_bytes=16, digests=take_digests(content), arrived_at=datetime.now(UTC))
    hasher = CryptographicHasher()
    answers = hasher.hash(media, content).answers
    assert tuple(answer.type for answer in answers) == hasher.signal_types
    assert answers[2] == Signal(type=SignalType.SHA256, value=hashlib.sha256(content.data).digest())
