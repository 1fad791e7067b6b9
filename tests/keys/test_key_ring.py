from dataclasses import replace
from datetime import datetime, timedelta

from safelight.keys.key_ring import (
    KeyRing,
    key_id_of,
    new_signing_key,
    new_wrapping_key,
    public_of,
)


def test_a_key_has_the_id_that_follows_from_it(at: datetime) -> None:
    key = new_wrapping_key(at)
    assert key.key_id == key_id_of(key.secret or b"")
    assert key_id_of(b"a" * 32) != key_id_of(b"b" * 32)


def test_secrets_do_not_show_in_a_printed_ring(ring: KeyRing) -> None:
    assert repr(ring.wrapping[0].secret)[2:-1] not in repr(ring)
    assert repr(ring.signing[0].seed)[2:-1] not in repr(ring)


def test_a_new_wrapping_key_is_in_use_and_the_old_one_stays(ring: KeyRing, at: datetime) -> None:
    key = new_wrapping_key(at)
    assert ring.with_wrapping(key).key_ids == (key.key_id, *ring.key_ids)


def test_of_an_old_signing_key_only_the_public_half_stays(ring: KeyRing, at: datetime) -> None:
    turned = ring.with_signing(new_signing_key(at))
    assert [key.seed is None for key in turned.signing] == [False, True]
    assert turned.signing[1].public == ring.signing[0].public


def test_a_ring_counts_as_exported_when_both_keys_in_use_are(ring: KeyRing, at: datetime) -> None:
    exported = ring.exported(at)
    assert not ring.is_exported
    assert exported.is_exported
    assert not exported.with_wrapping(new_wrapping_key(at)).is_exported
    assert not exported.with_signing(new_signing_key(at)).is_exported


def test_the_first_export_of_a_key_keeps_its_time(ring: KeyRing, at: datetime) -> None:
    later = ring.exported(at).exported(at + timedelta(days=1))
    assert later.wrapping[0].exported_at == at


def test_only_keys_of_the_copy_are_marked(ring: KeyRing, at: datetime) -> None:
    grown = ring.with_wrapping(new_wrapping_key(at)).with_signing(new_signing_key(at))
    marked = grown.exported_as(ring.exported(at))
    assert [key.exported_at for key in marked.wrapping] == [None, at]
    assert [key.exported_at for key in marked.signing] == [None, at]


def test_a_retired_key_is_gone_and_remembered(ring: KeyRing, at: datetime) -> None:
    grown = ring.with_wrapping(new_wrapping_key(at))
    left = grown.without(ring.key_ids[0], at)
    assert left.find(ring.key_ids[0]) is None
    assert [(key.key_id, key.retired_at) for key in left.retired] == [(ring.key_ids[0], at)]


def test_merging_a_later_state_takes_its_keys_into_use(ring: KeyRing, at: datetime) -> None:
    later = ring.with_wrapping(new_wrapping_key(at)).with_signing(new_signing_key(at))
    merged = ring.merged(later)
    assert merged.key_ids == later.key_ids
    assert merged.signing == later.signing


def test_merging_an_earlier_state_changes_nothing(ring: KeyRing, at: datetime) -> None:
    later = ring.with_wrapping(new_wrapping_key(at)).with_signing(new_signing_key(at))
    assert later.merged(ring) == later
    assert later.merged(later) == later


def test_merging_a_stranger_adds_its_keys_behind_ours(ring: KeyRing, at: datetime) -> None:
    stranger = KeyRing(service="file", wrapping=(new_wrapping_key(at),), signing=(new_signing_key(at),))
    merged = ring.merged(stranger)
    assert merged.key_ids == (*ring.key_ids, *stranger.key_ids)
    assert merged.signing[0] == ring.signing[0]
    assert merged.signing[1] == replace(stranger.signing[0], seed=None)


def test_a_key_that_was_retired_here_stays_away(ring: KeyRing, at: datetime) -> None:
    left = ring.with_wrapping(new_wrapping_key(at)).without(ring.key_ids[0], at)
    assert left.merged(ring) == left


def test_merging_a_later_state_in_which_our_key_was_retired_removes_nothing(ring: KeyRing, at: datetime) -> None:
    later = ring.with_wrapping(new_wrapping_key(at)).without(ring.key_ids[0], at)
    merged = ring.merged(later)
    assert merged.key_ids == (*later.key_ids, *ring.key_ids)
    assert merged.retired == ()


def test_a_public_half_belongs_to_its_seed(at: datetime) -> None:
    key = new_signing_key(at)
    assert public_of(key.seed or b"") == key.public
