"""Signals are held against a snapshot, and every hit within its bank's threshold is a match with its reasons."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from safelight.banks.bank import Bank
from safelight.banks.entry import Entry, EntryKey, Provenance
from safelight.errors import DatabaseUnusable
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType
from safelight.matching.index import open_index
from safelight.matching.match import MatchKind
from safelight.matching.snapshot import Snapshot
from safelight.matching.steps import MAX_MATCHES, find_matches
from safelight.roles import Actor, ActorKind

NOW = datetime(2026, 5, 6, tzinfo=UTC)
PDQ = np.random.default_rng(3).bytes(32)


def _flip(value: bytes, bits: int) -> bytes:
    return (int.from_bytes(value, "big") ^ ((1 << bits) - 1)).to_bytes(len(value), "big")


def _entry(number: int, value: bytes, kind: str = "pdq", bank_id: int = 1, **more: object) -> Entry:
    values: dict[str, object] = {
        "id": number,
        "bank_id": bank_id,
        "signal_type": kind,
        "value": value,
        "label": "A1",
        "label_scheme": "scheme",
        "key": EntryKey(source="programme", environment="e", issuer="i", entry_id=f"k{number}"),
        "note": None,
        "provenance": Provenance(
            origin="list.csv",
            format="csv",
            line=1,
            added_at=NOW,
            added_by=Actor(kind=ActorKind.PERSON, name="p"),
        ),
        "disabled": False,
        "disabled_until": None,
    }
    return Entry(**(values | more))  # type: ignore[arg-type]  # one helper for all fields


def _snapshot(*entries: Entry, thresholds: dict[int, int] | None = None, threshold: int | None = None) -> Snapshot:
    held = {entry.id: entry for entry in entries}

    def find(ids: Sequence[int]) -> dict[int, Entry]:
        return {entry_id: held[entry_id] for entry_id in ids if entry_id in held}

    indexes = {kind: open_index(kind, Flavour.TWIN) for kind in SignalType}
    for entry in entries:
        indexes[SignalType(entry.signal_type)].add_many([(entry.id, entry.value)])
    banks = {
        bank_id: Bank(
            id=bank_id,
            name=f"bank{bank_id}",
            is_enabled=True,
            version=7,
            created_at=NOW,
            thresholds={} if bits is None else {"pdq": bits},
        )
        for bank_id, bits in ({1: None, 2: None} | (thresholds or {})).items()
    }
    return Snapshot(banks=banks, indexes=indexes, find_entries=find, threshold=threshold)


def _pdq(value: bytes = PDQ, frame: int | None = None) -> Signal:
    return Signal(type=SignalType.PDQ, value=value, quality=99, frame=frame)


def test_a_match_says_everything() -> None:
    found = find_matches(_snapshot(_entry(5, _flip(PDQ, 9))), [_pdq(frame=3)])
    (match,) = found.matches
    assert (match.kind, match.distance, match.threshold, match.frame, match.quality) == (MatchKind.NEAR, 9, 31, 3, 99)
    assert (match.entry_id, match.bank_name, match.bank_version, match.orientation) == (5, "bank1", 7, "original")
    assert (match.label, match.label_scheme, match.source, match.entry_key) == ("A1", "scheme", "programme", "k5")
    assert match.entry_added_at == NOW
    assert found.compared == {SignalType.PDQ: 1}


def test_the_threshold_is_met_at_it_and_not_beyond_it() -> None:
    snapshot = _snapshot(_entry(1, _flip(PDQ, 31)), _entry(2, _flip(PDQ, 32)))
    assert [match.entry_id for match in find_matches(snapshot, [_pdq()]).matches] == [1]


def test_each_bank_has_its_own_threshold_and_a_query_may_have_another() -> None:
    entries = (_entry(1, _flip(PDQ, 10), bank_id=1), _entry(2, _flip(PDQ, 40), bank_id=2))
    own = _snapshot(*entries, thresholds={1: 9, 2: 40})
    assert [match.entry_id for match in find_matches(own, [_pdq()]).matches] == [2]
    asked = _snapshot(*entries, thresholds={1: 9, 2: 40}, threshold=10)
    assert [match.entry_id for match in find_matches(asked, [_pdq()]).matches] == [1]


def test_digests_that_only_begin_alike_do_not_match() -> None:
    value, other = b"\1" * 16, b"\1" * 8 + b"\2" * 8
    snapshot = _snapshot(_entry(1, value, "md5"), _entry(2, other, "md5"))
    (match,) = find_matches(snapshot, [Signal(type=SignalType.MD5, value=value)]).matches
    assert (match.entry_id, match.kind, match.distance, match.threshold) == (1, MatchKind.EXACT, 0, 0)


def test_exact_matches_come_first_then_the_nearest() -> None:
    digest = b"\1" * 16
    snapshot = _snapshot(_entry(1, _flip(PDQ, 3)), _entry(2, PDQ), _entry(3, digest, "md5"))
    found = find_matches(snapshot, [_pdq(), Signal(type=SignalType.MD5, value=digest)])
    assert [match.entry_id for match in found.matches] == [3, 2, 1]


def test_an_entry_counts_once_at_the_frame_where_it_is_nearest() -> None:
    snapshot = _snapshot(_entry(1, PDQ))
    found = find_matches(snapshot, [_pdq(_flip(PDQ, 8), 0), _pdq(_flip(PDQ, 2), 4), _pdq(_flip(PDQ, 5), 9)])
    assert [(match.distance, match.frame) for match in found.matches] == [(2, 4)]


def test_what_became_of_an_entry_since_the_snapshot_does_not_count() -> None:
    found = find_matches(_snapshot(_entry(1, PDQ, disabled=True)), [_pdq()])
    assert [match.entry_id for match in found.matches] == [1]


def test_an_entry_that_the_database_has_lost_is_an_error_and_not_passed_over() -> None:
    snapshot = _snapshot(_entry(1, PDQ))
    snapshot.indexes[SignalType.PDQ].add_many([(99, PDQ)])
    with pytest.raises(DatabaseUnusable, match="lost entry 99"):
        find_matches(snapshot, [_pdq()])


def test_a_cluster_of_thousands_is_cut_and_the_rest_counted() -> None:
    entries = [_entry(number, PDQ) for number in range(1, MAX_MATCHES + 12)]
    found = find_matches(_snapshot(*entries), [_pdq()])
    assert len(found.matches) == MAX_MATCHES
    assert found.omitted == 11


def test_reasons_are_not_searched() -> None:
    absence = NoSignal(type=SignalType.PDQ, reason=Reason.DEGENERATE, detail="")
    found = find_matches(_snapshot(_entry(1, PDQ)), [absence])
    assert (found.matches, found.compared) == ((), {})
