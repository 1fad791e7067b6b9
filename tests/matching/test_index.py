"""Every signal type has an index, and all of them answer the same questions."""

from pathlib import Path

import numpy as np
import pytest

from safelight.errors import IndexFileRefused
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SIGNAL_SIZE_BYTES, Signal, SignalType
from safelight.matching.index import Index, new_index, open_index
from safelight.matching.payload import payload_of, radii_of


def _value(signal_type: SignalType, number: int) -> bytes:
    return bytes([number]) * SIGNAL_SIZE_BYTES[signal_type]


def _entries(index: Index, signal_type: SignalType, number: int, bank_ids: tuple[int, ...]) -> list[tuple[int, int]]:
    signal = Signal(type=signal_type, value=_value(signal_type, number))
    found = index.search(signal, radii_of(dict.fromkeys(bank_ids, 0)), None).found
    return [(candidate.bank_id, candidate.entry_id) for candidate in found]


@pytest.mark.parametrize("signal_type", list(SignalType))
def test_the_index_of_every_type_adds_finds_removes_saves_and_opens(signal_type: SignalType, tmp_path: Path) -> None:
    index = new_index(signal_type, Flavour.AUTO)
    assert (len(index), index.note) == (0, b"")
    payloads = np.array([payload_of(1, 7), payload_of(2, 8), payload_of(2, 9)], np.uint64)
    index.add_many(payloads, b"".join(_value(signal_type, number) for number in (3, 3, 4)))
    assert _entries(index, signal_type, 3, (1, 2)) == [(1, 7), (2, 8)]
    assert _entries(index, signal_type, 3, (2,)) == [(2, 8)]
    assert index.remove(payload_of(1, 7), _value(signal_type, 3))
    index.fold()
    assert (len(index), _entries(index, signal_type, 3, (1, 2))) == (2, [(2, 8)])
    index.freeze().save(tmp_path / "index", b"note")
    opened = open_index(signal_type, tmp_path / "index", Flavour.AUTO)
    assert (len(opened), opened.note, opened.holds(payload_of(2, 9), _value(signal_type, 4))) == (2, b"note", True)
    assert opened.remove_bank(2) == 2
    assert _entries(opened, signal_type, 4, (1, 2)) == []


def test_the_file_of_one_type_is_refused_by_another(tmp_path: Path) -> None:
    new_index(SignalType.MD5, Flavour.AUTO).freeze().save(tmp_path / "index", b"")
    with pytest.raises(IndexFileRefused):
        open_index(SignalType.PDQ, tmp_path / "index", Flavour.AUTO)
    new_index(SignalType.PDQ, Flavour.AUTO).freeze().save(tmp_path / "index", b"")
    with pytest.raises(IndexFileRefused):
        open_index(SignalType.MD5, tmp_path / "index", Flavour.AUTO)
