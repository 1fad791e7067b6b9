from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from safelight.errors import AlreadyExists, KeysUnusable
from safelight.keys.file import FileKeys
from safelight.keys.key_ring import KeyRing


@pytest.fixture
def keys(tmp_path: Path, at: datetime) -> FileKeys:
    """Be keys in a file."""
    keys = FileKeys(tmp_path / "keys.json")
    keys.create(keys.new_ring(at))
    return keys


def test_another_program_opens_what_this_one_wrapped(tmp_path: Path, keys: FileKeys) -> None:
    wrapped = keys.wrap(b"secret", context=b"c")
    assert FileKeys(tmp_path / "keys.json").unwrap(wrapped, context=b"c") == b"secret"


def test_a_running_program_wraps_with_a_new_key_from_its_rotation_on(
    tmp_path: Path, keys: FileKeys, at: datetime
) -> None:
    running = FileKeys(tmp_path / "keys.json")
    before = running.wrap(b"secret", context=b"c")
    key = keys.new_wrapping_key(at)
    keys.change(lambda ring: ring.with_wrapping(key))
    assert running.wrap(b"secret", context=b"c").key_id == key.key_id
    assert running.unwrap(before, context=b"c") == b"secret"
    assert running.describe().key_ids == (key.key_id, before.key_id)


def test_the_description_says_where_the_keys_are(tmp_path: Path, keys: FileKeys) -> None:
    assert keys.describe().service == "file"
    assert keys.describe().location == str(tmp_path / "keys.json")
    assert keys.exists()


def test_keys_are_made_once(keys: FileKeys, at: datetime) -> None:
    with pytest.raises(AlreadyExists):
        keys.create(keys.new_ring(at))


def test_keys_of_another_service_are_refused(tmp_path: Path, keys: FileKeys) -> None:
    foreign = replace(keys.ring(), service="aws_kms")
    with pytest.raises(KeysUnusable, match="'aws_kms', and the settings say key_service = 'file'"):
        FileKeys(tmp_path / "other.json").create(foreign)
    assert not (tmp_path / "other.json").exists()


def test_a_change_to_keys_without_secrets_is_refused(keys: FileKeys) -> None:
    def emptied(ring: KeyRing) -> KeyRing:
        return replace(ring, wrapping=(replace(ring.wrapping[0], secret=None),))

    with pytest.raises(KeysUnusable):
        keys.change(emptied)
    assert keys.ring().wrapping[0].secret
