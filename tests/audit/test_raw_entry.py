import pytest

from safelight.audit.leaf import leaf_data, salted_digest
from safelight.audit.raw_entry import RawEntry
from safelight.audit.tree import leaf_hash

_SALT = b"s" * 32
_ENTRY = RawEntry(
    id=7,
    at="2026-11-23 12:30:15.123456",
    actor_kind="person",
    actor_name="é",
    verb="do",
    target="thing:1",
    digest=salted_digest(_SALT, "why", "{}"),
    salt=_SALT,
    reason="why",
    details="{}",
)


def test_the_leaf_is_the_hash_of_its_data() -> None:
    data = leaf_data(
        number=7,
        microseconds=1_795_437_015_123_456,
        actor_kind="person",
        actor_name="é",
        verb="do",
        target="thing:1",
        digest=_ENTRY.digest,
    )
    assert _ENTRY.leaf() == leaf_hash(data)
    assert _ENTRY._replace(at=1_795_437_015_123_456).leaf() == _ENTRY.leaf()


@pytest.mark.parametrize(
    "change",
    [
        {"id": 8},
        {"at": "2026-11-23 12:30:15.123457"},
        {"actor_kind": "service"},
        {"actor_name": "e"},
        {"verb": "d"},
        {"target": "thing:2"},
        {"digest": b"x" * 32},
    ],
)
def test_every_field_is_in_the_leaf(change: dict[str, object]) -> None:
    assert _ENTRY._replace(**change).leaf() != _ENTRY.leaf()


@pytest.mark.parametrize("change", [{"at": "yesterday"}, {"verb": b"do"}, {"digest": "text"}, {"target": "\udcff"}])
def test_what_is_no_entry_has_no_leaf(change: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError, AttributeError)):
        _ENTRY._replace(**change).leaf()


def test_a_record_is_sound_whole_or_erased_whole() -> None:
    assert _ENTRY.is_record_sound()
    assert _ENTRY._replace(salt=None, reason=None, details=None).is_record_sound()
    assert _ENTRY._replace(salt=None, reason=None, details=None).is_erased


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "Why"},
        {"details": "[]"},
        {"salt": b"t" * 32},
        {"salt": None},
        {"reason": None},
        {"reason": b"why"},
        {"details": "\udcff"},
        {"digest": None},
    ],
)
def test_a_record_that_was_changed_or_erased_in_part_is_not_sound(change: dict[str, object]) -> None:
    assert not _ENTRY._replace(**change).is_record_sound()


def test_the_record_tells_what_the_leaf_is_made_of_and_what_was_not_erased() -> None:
    told = _ENTRY._replace(salt=None, reason=None, details=None).record()
    assert told == {
        "entry": 7,
        "time": 1_795_437_015_123_456,
        "actor_kind": "person",
        "actor": "é",
        "verb": "do",
        "target": "thing:1",
        "digest": _ENTRY.digest.hex(),
        "salt": None,
        "reason": None,
        "details": None,
    }
    assert _ENTRY.record()["salt"] == _SALT.hex()
