"""What is kept of media, made up from a seed."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from safelight.hashing.signal import SIGNAL_SIZE_BYTES, Signal, SignalType
from safelight.recent.seen import Seen


@pytest.fixture(scope="session")
def value() -> Callable[..., bytes]:
    """Return the value of a type that is always the same for a seed."""

    def make(seed: int, kind: SignalType = SignalType.PDQ) -> bytes:
        return np.random.default_rng([seed, 3]).bytes(SIGNAL_SIZE_BYTES[kind])

    return make


@pytest.fixture(scope="session")
def still(value) -> Callable[..., Seen]:
    """Make what is kept of a still picture."""

    def make(seed: int, **more: Any) -> Seen:
        codes = tuple(value(seed * 8 + turn) for turn in range(8))
        pdq = Signal(type=SignalType.PDQ, value=codes[0], quality=seed % 100, orientations=codes)
        md5 = Signal(type=SignalType.MD5, value=value(seed, SignalType.MD5))
        return Seen(media_digest=value(seed, SignalType.SHA256), signals=(md5, pdq), **more)

    return make
