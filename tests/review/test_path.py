"""What its hash alone confirms, as a table: MD5 by itself never does."""

from dataclasses import replace

import pytest

from safelight.banks.control import Opinion
from safelight.hashing.signal import SignalType
from safelight.matching.match import MatchKind
from safelight.review.path import classification_of, confirming, is_disputed
from safelight.review.scheme import Classification

MD5, SHA1, SHA256 = SignalType.MD5, SignalType.SHA1, SignalType.SHA256


@pytest.fixture
def listed(match):
    """Make matches of (signal type, changes)."""

    def make(*rows):
        return [replace(match(), **{"signal_type": kind, **more}) for kind, more in rows]

    return make


@pytest.mark.parametrize(
    ("rows", "confirms"),
    [
        ([(SHA256, {})], True),
        ([(MD5, {})], False),
        ([(SHA1, {})], False),
        ([(MD5, {}), (SHA1, {})], True),
        ([(MD5, {"entry_key": "1"}), (SHA1, {"entry_key": "1"})], True),
        ([(MD5, {"entry_key": "1"}), (SHA1, {"entry_key": "2"})], False),
        ([(MD5, {"source": "a"}), (SHA1, {"source": "b"})], False),
        ([(MD5, {}), (MD5, {})], False),
        ([(MD5, {}), (SHA1, {"bank_name": "other"})], False),
        ([(SHA256, {"bank_name": "other"})], False),
        ([(SHA256, {"bank_name": "KNOWN"})], True),
        ([(SHA256, {"opinion": Opinion.DECONFIRMED})], False),
        ([(SHA256, {"is_demoted": True})], False),
        ([(MD5, {}), (SHA1, {"opinion": Opinion.DECONFIRMED})], False),
        ([(SignalType.PDQ, {"kind": MatchKind.NEAR})], False),
        ([], False),
    ],
)
def test_a_hash_confirms_or_a_person_has_to_look(listed, rows, confirms) -> None:
    assert bool(confirming(listed(*rows), {"known"})) is confirms


def test_one_disputed_entry_among_others_is_enough_for_a_person_to_look(listed) -> None:
    assert is_disputed(listed((SHA256, {}), (MD5, {"opinion": Opinion.DECONFIRMED})))
    assert not is_disputed(listed((SHA256, {"opinion": Opinion.CONFIRMED})))


@pytest.mark.parametrize(
    ("told", "label"),
    [
        ([("ncmec", "A1")], "A1"),
        ([("NCMEC", "A1"), ("ncmec", "A1")], "A1"),
        ([("ncmec", "A1"), ("ncmec", "B1")], None),
        ([("ncmec", "a1")], None),
        ([("mine", "A1")], None),
        ([("", "")], None),
    ],
)
def test_its_class_is_that_of_the_entries_where_they_give_one(listed, told, label) -> None:
    rows = [(SHA256, {"label_scheme": scheme, "label": word}) for scheme, word in told]
    expected = None if label is None else Classification(scheme="ncmec", label=label)
    assert classification_of(listed(*rows)) == expected
