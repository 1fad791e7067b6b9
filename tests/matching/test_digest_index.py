"""Digests are found exactly, whatever was added, removed, saved and opened before."""

import threading
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safelight.errors import IndexFileRefused
from safelight.hashing.signal import Signal, SignalType
from safelight.matching import digest_index
from safelight.matching.digest_index import DigestIndex
from safelight.matching.payload import bank_of, entry_of, payload_of, radii_of

BANKS = (1, 2, 3)
ALL = radii_of(dict.fromkeys(BANKS, 0))

# Few different values, so that entries share them; two of each three begin alike.
VALUES = [bytes([number // 3]) * 8 + bytes([number]) * 8 for number in range(30)]


def _md5(value: bytes) -> Signal:
    return Signal(type=SignalType.MD5, value=value)


def _add(index: DigestIndex, *entries: tuple[int, bytes]) -> None:
    payloads = np.array([payload for payload, _ in entries], np.uint64)
    index.add_many(payloads, b"".join(value for _, value in entries))


def _found(index: DigestIndex, value: bytes, radii: bytes = ALL) -> list[int]:
    found, cut = index.search(_md5(value), radii, None)
    assert cut == 0
    assert all(candidate.distance == 0 and candidate.signal.value == value for candidate in found)
    return [payload_of(candidate.bank_id, candidate.entry_id) for candidate in found]


class _Model:
    """What an index should hold, as a plain dict."""

    def __init__(self) -> None:
        self.held: dict[int, bytes] = {}

    def expect(self, value: bytes, banks: tuple[int, ...]) -> list[int]:
        return sorted(p for p, held in self.held.items() if held[:8] == value[:8] and bank_of(p) in banks)


def _check(index: DigestIndex, model: _Model) -> None:
    assert len(index) == len(model.held)
    for value in VALUES[::3]:
        assert _found(index, value) == model.expect(value, BANKS)
    assert _found(index, VALUES[4], radii_of({2: 0})) == model.expect(VALUES[4], (2,))
    for payload, value in list(model.held.items())[:5]:
        assert index.holds(payload, value)


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(BANKS), st.lists(st.sampled_from(VALUES), max_size=9)),
        st.tuples(st.just("remove"), st.integers(0, 60), st.sampled_from(VALUES)),
        st.tuples(st.just("drop"), st.sampled_from(BANKS), st.none()),
        st.tuples(st.just("reopen"), st.none(), st.none()),
    ),
    max_size=40,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, limit=st.sampled_from([0, 3, 12, 10_000]))
def test_any_series_of_acts_leaves_what_a_dict_holds(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, acts: list, limit: int
) -> None:
    monkeypatch.setattr(digest_index, "_RECENT_LIMIT", limit)
    index, model, frozen = DigestIndex(), _Model(), []
    path = tmp_path_factory.mktemp("saved") / "md5.index"
    next_id = 1
    for act, which, what in acts:
        if act == "add":
            entries = [(payload_of(which, next_id + place), value) for place, value in enumerate(what)]
            next_id += len(entries)
            _add(index, *entries)
            model.held.update(entries)
        elif act == "remove":
            payload = next((p for p in model.held if entry_of(p) == which), payload_of(1, 1_000_000))
            value = model.held.pop(payload, what)
            assert index.holds(payload, value) == (payload != payload_of(1, 1_000_000))
            assert index.remove(payload, value) == (payload != payload_of(1, 1_000_000))
            assert not index.remove(payload, value)
            assert not index.holds(payload, value)
        elif act == "drop":
            gone = [payload for payload in model.held if bank_of(payload) == which]
            assert index.remove_bank(which) == len(gone)
            for payload in gone:
                del model.held[payload]
        else:
            index.freeze().save(path, b"note")
            index = DigestIndex.open(path)
            assert index.note == b"note"
        state = _Model()
        state.held = dict(model.held)
        frozen.append((index.freeze(), state))
    _check(index, model)
    for early, state in frozen[:: max(1, len(frozen) // 3)]:  # what was frozen did not move
        early.save(path, b"")
        _check(DigestIndex.open(path), state)


@pytest.mark.parametrize("chunk", [1, 999, 5000])
def test_every_digest_is_found_however_it_was_added(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(digest_index, "_RECENT_LIMIT", 1500)
    generator = np.random.default_rng(7)
    entries = [(payload_of(1, number), generator.bytes(16)) for number in range(1, 5001)]
    index = DigestIndex()
    for start in range(0, len(entries), chunk):
        _add(index, *entries[start : start + chunk])
    assert len(index) == 5000
    assert all(_found(index, value) == [payload] for payload, value in entries[::97])
    assert _found(index, b"\1" * 16) == []


def test_a_removal_takes_out_every_copy_of_an_entry_wherever_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest_index, "_RECENT_LIMIT", 2)
    index, payload = DigestIndex(), payload_of(1, 5)
    _add(index, (payload, VALUES[0]), (payload, VALUES[0]), (payload_of(1, 6), VALUES[0]))
    _add(index, (payload, VALUES[0]))
    assert index.describe() == {"codes": 4, "recent": 1, "removed": 0}
    assert index.remove(payload, VALUES[0])
    assert _found(index, VALUES[0]) == [payload_of(1, 6)]
    assert len(index) == 1


def test_adding_and_removing_again_and_again_leaves_nothing_behind() -> None:
    index = DigestIndex()
    for number in range(1, 2000):
        _add(index, (payload_of(1, number), number.to_bytes(16, "little")))
        assert index.remove(payload_of(1, number), number.to_bytes(16, "little"))
    assert len(index) == 0
    assert index._recent == {}


@pytest.mark.parametrize(("limit", "told", "cut"), [(0, 0, 9), (4, 4, 5), (9, 9, 0), (None, 9, 0)])
def test_the_limit_cuts_and_counts_what_it_cut_among_the_banks_that_were_asked(
    limit: int | None, told: int, cut: int
) -> None:
    index = DigestIndex()
    _add(index, *((payload_of(bank, entry), VALUES[0]) for bank in BANKS for entry in range(1, 10)))
    found = index.search(_md5(VALUES[0]), radii_of({2: 0}), limit)
    assert [candidate.entry_id for candidate in found.found] == list(range(1, told + 1))
    assert found.cut == cut


def test_values_that_are_no_whole_number_of_digests_are_refused_and_nothing_is_taken() -> None:
    index = DigestIndex()
    with pytest.raises(ValueError, match="reshape"):
        index.add_many(np.array([1, 2], np.uint64), b"\1" * 33)
    assert len(index) == 0


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "md5.index"
    index = DigestIndex()
    _add(index, *((payload_of(1, number), number.to_bytes(16, "big")) for number in range(1, 600)))
    index.freeze().save(path, b"")
    data = bytearray(path.read_bytes())
    data[4096 + 17] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexFileRefused, match="checksums"):
        DigestIndex.open(path)


def test_searches_saves_and_changes_in_several_threads_never_miss_what_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(digest_index, "_RECENT_LIMIT", 50)
    index = DigestIndex()
    _add(index, *((payload_of(1, number + 1), value) for number, value in enumerate(VALUES)))
    expected = {value: [p + 1 for p, other in enumerate(VALUES) if other[:8] == value[:8]] for value in VALUES}
    rounds: dict[str, int] = defaultdict(int)
    missed: dict[str, int] = defaultdict(int)
    stopped = threading.Event()

    def search() -> None:
        while not stopped.is_set():
            rounds["search"] += 1
            for value in VALUES:
                found = [entry_of(payload) for payload in _found(index, value, radii_of({1: 0}))]
                missed["search"] += found != expected[value]

    def save() -> None:
        while not stopped.is_set():
            rounds["save"] += 1
            index.freeze().save(tmp_path / "md5.index", b"")
            opened = DigestIndex.open(tmp_path / "md5.index")
            missed["save"] += len(_found(opened, VALUES[0], radii_of({1: 0}))) != 3

    threads = [threading.Thread(target=work) for work in (search, search, save)]
    for thread in threads:
        thread.start()
    number = 0
    while number < 1500 or rounds["search"] < 100 or rounds["save"] < 10:
        number += 1
        _add(index, (payload_of(2, number), VALUES[number % 30]))
        if number > 20:
            assert index.remove(payload_of(2, number - 20), VALUES[(number - 20) % 30])
    stopped.set()
    for thread in threads:
        thread.join()
    assert dict(missed) == {"search": 0, "save": 0}
    assert len(index) == len(VALUES) + 20
