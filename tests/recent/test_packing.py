"""What is packed comes back exactly: a later match must be the one that a scan would have found."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.hashing.signal import SIGNAL_SIZE_BYTES, Signal, SignalType
from safelight.recent.packing import pack, places, split, unpack
from safelight.recent.seen import Seen


def _bytes(kind: SignalType) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=SIGNAL_SIZE_BYTES[kind], max_size=SIGNAL_SIZE_BYTES[kind])


_NUMBERS = st.none() | st.integers(0, 10**6)
_DIGESTS = st.sampled_from([SignalType.MD5, SignalType.SHA1, SignalType.SHA256]).flatmap(
    lambda kind: st.builds(Signal, type=st.just(kind), value=_bytes(kind))
)
_PDQ = st.builds(
    lambda codes, quality, frame: Signal(
        type=SignalType.PDQ, value=codes[0], quality=quality, frame=frame, orientations=tuple(codes)
    ),
    st.lists(_bytes(SignalType.PDQ), min_size=8, max_size=8),
    _NUMBERS,
    _NUMBERS,
)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_SEEN = st.builds(
    Seen,
    media_digest=_bytes(SignalType.SHA256),
    signals=st.lists(_DIGESTS | _PDQ, max_size=6).map(tuple),
    subject_id=_TEXT,
    content_id=_TEXT,
    key_id=_NUMBERS,
    bank_ids=st.none() | st.frozensets(st.integers(1, 2**24)),
)


@given(_SEEN)
def test_all_of_it_comes_back(seen: Seen) -> None:
    assert unpack(pack(seen)) == seen


def test_a_value_without_orientations_comes_back_as_such(value) -> None:
    seen = Seen(media_digest=bytes(32), signals=(Signal(type=SignalType.PDQ, value=value(1)),))
    assert unpack(pack(seen)) == seen


def test_media_of_one_kind_have_one_layout_whatever_they_show(still) -> None:
    first, second = still(1, subject_id="a"), replace(still(101, subject_id="another"), content_id="c")
    assert split(pack(first))[0] == split(pack(second))[0]
    digest, pdq = places(split(pack(first))[0])
    assert (digest.start, digest.end, pdq.start, pdq.end) == (0, 16, 16, 16 + 8 * 32)
    assert split(pack(first))[1] == first.signals[0].value + b"".join(first.signals[1].orientations)


def test_nothing_but_what_is_named_is_kept() -> None:
    assert set(Seen.__slots__) == {"media_digest", "signals", "subject_id", "content_id", "key_id", "bank_ids"}


@pytest.mark.parametrize("part", ["subject_id", "content_id"])
def test_the_longest_id_comes_back(part: str) -> None:
    seen = Seen(media_digest=bytes(32), signals=(), **{part: "\U0001f3f3" * 500})
    assert unpack(pack(seen)) == seen
