import threading
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import delete, insert

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, KeysUnusable, NotAllowed, NotFound
from safelight.flow.keys.acts import create_keys, export_keys, import_keys, show_keys
from safelight.flow.keys.changes import resume_rotation, retire_key, rotate_keys
from safelight.flow.keys.desk import KeyDesk
from safelight.flow.keys.rotation import WRAPS
from safelight.keys.boundary import KeyBoundary, RotateBoundary
from safelight.keys.file import FileKeys
from safelight.keys.interface import Wrapped
from safelight.keys.kms import KmsKeys
from safelight.keys.recovery import open_copy, read_identities
from safelight.roles import Actor
from safelight.testing.kms import trial_kms
from safelight.vault.store.tables import secrets
from safelight.vault.wrap_context import secret_context

PERSON = pyrage.x25519.Identity.generate()
TO = [str(PERSON.to_public())]
IDENTITY = str(PERSON).encode()
Desk = Callable[..., KeyDesk]


class Killed(BaseException):
    """The process died."""


def _die_at(boundary: StrEnum) -> Callable[[StrEnum], None]:
    def die(reached: StrEnum) -> None:
        if reached is boundary:
            raise Killed

    return die


@pytest.fixture
def at_desk(engine: Engine, clock: FixedClock, actor: Actor, tmp_path: Path) -> Desk:
    """Sit down at a desk with new objects, as after a restart; the keys are there and exported."""
    keys = FileKeys(tmp_path / "keys.json")
    keys.create(keys.new_ring(clock.now()).exported(clock.now()))

    def at_desk(**more: Any) -> KeyDesk:
        path = tmp_path / "keys.json"
        return KeyDesk(engine=engine, keys=FileKeys(path), clock=clock, actor=actor, **more)

    return at_desk


def _wrap(desk: KeyDesk, name: str) -> Wrapped:
    return desk.keys.wrap(b"secret " + name.encode(), context=secret_context(name))


def _put(desk: KeyDesk, name: str, wrapped: Wrapped) -> None:
    with write(desk.engine) as tx:
        tx.execute(insert(secrets).values(name=name, key_id=wrapped.key_id, wrapped_key=wrapped.data))


def _seal(desk: KeyDesk, *names: str) -> None:
    for name in names:
        _put(desk, name, _wrap(desk, name))


def _opened(desk: KeyDesk) -> list[bytes]:
    with read(desk.engine) as tx:
        held = [wrap for wraps in WRAPS for wrap in wraps.page(tx, other_than="none", after="", limit=100)]
    return sorted(desk.keys.unwrap(wrap.wrapped, context=wrap.context) for wrap in held)


def _verbs(desk: KeyDesk) -> list[str]:
    with read(desk.engine) as tx:
        return [entry.verb for entry in page_entries(tx)]


def test_a_rotation_takes_an_exported_key_into_use_and_wraps_all_anew(at_desk: Desk) -> None:
    desk = at_desk()
    old = desk.keys.describe().active_key_id
    _seal(desk, "a", "b")
    copies: list[bytes] = []
    assert rotate_keys(desk, recipients=TO, place=copies.append, reason="yearly") == 2
    described = desk.keys.describe()
    assert described.key_ids == (described.active_key_id, old)
    assert described.is_exported
    assert show_keys(desk).wraps_by_key == {described.active_key_id: 2}
    assert open_copy(copies[0], read_identities(IDENTITY)).key_ids == described.key_ids
    assert _verbs(desk) == ["rotate_keys", "rewrap_keys", "finish_rotation"]


def test_a_rotation_may_change_what_signs_and_old_signatures_are_still_checked(at_desk: Desk) -> None:
    desk = at_desk()
    (before,) = desk.keys.describe().public_keys
    rotate_keys(desk, recipients=TO, place=lambda _copy: None)
    assert desk.keys.describe().public_keys == (before,)
    rotate_keys(desk, recipients=TO, place=lambda _copy: None, with_signing=True)
    assert desk.keys.describe().public_keys[1:] == (before,)
    assert desk.keys.describe().is_exported


def test_no_key_comes_into_use_whose_copy_could_not_be_placed(at_desk: Desk) -> None:
    desk = at_desk()
    before = desk.keys.describe()

    def place(_copy: bytes) -> None:
        raise PermissionError

    with pytest.raises(PermissionError):
        rotate_keys(desk, recipients=TO, place=place)
    assert desk.keys.describe() == before


def test_a_rotation_without_a_good_recipient_does_nothing(at_desk: Desk) -> None:
    desk = at_desk()
    for recipients in ([], ["nobody"]):
        with pytest.raises(InvalidValue):
            rotate_keys(desk, recipients=recipients, place=pytest.fail)
    assert _verbs(desk) == []


@pytest.mark.few_on_postgresql(RotateBoundary.EXCHANGED, RotateBoundary.COMMITTED)
@pytest.mark.parametrize("boundary", [KeyBoundary.RECORDED, KeyBoundary.EXPORTED, KeyBoundary.KEPT, *RotateBoundary])
def test_a_death_at_any_moment_of_a_rotation_leaves_all_openable_and_it_can_be_ended(
    at_desk: Desk, boundary: StrEnum
) -> None:
    _seal(at_desk(), "a", "b", "c")
    old = at_desk().keys.describe().active_key_id
    copies: list[bytes] = []
    with pytest.raises(Killed):
        rotate_keys(at_desk(reach=_die_at(boundary)), recipients=TO, place=copies.append)
    desk = at_desk()
    assert _opened(desk) == [b"secret a", b"secret b", b"secret c"]
    assert desk.keys.describe().is_exported
    active = desk.keys.describe().active_key_id
    assert (active != old) == (boundary not in {KeyBoundary.RECORDED, KeyBoundary.EXPORTED})
    assert active in open_copy(copies[0], read_identities(IDENTITY)).key_ids if copies else active == old
    resume_rotation(desk)
    assert show_keys(desk).wraps_by_key == {active: 3}
    assert _opened(desk) == [b"secret a", b"secret b", b"secret c"]


def test_an_old_key_is_removed_when_nothing_needs_it(at_desk: Desk) -> None:
    desk = at_desk()
    before = _wrap(desk, "in an old backup")
    _seal(desk, "a")
    rotate_keys(desk, recipients=TO, place=lambda _copy: None)
    retire_key(desk, key_id=before.key_id, reason="the old backups shall be worthless")
    assert before.key_id not in desk.keys.describe().key_ids
    assert _opened(desk) == [b"secret a"]
    with pytest.raises(KeysUnusable, match="retired"):
        desk.keys.unwrap(before, context=secret_context("in an old backup"))
    assert _verbs(desk)[-2:] == ["begin_retiring_key", "retire_key"]


def test_a_key_that_something_needs_is_kept(at_desk: Desk) -> None:
    desk = at_desk()
    late = _wrap(desk, "late")
    rotate_keys(desk, recipients=TO, place=lambda _copy: None)
    _put(desk, "late", late)
    with pytest.raises(InvalidValue, match=r"still need the key .*: 1\. .* safelight key rotate --resume"):
        retire_key(desk, key_id=late.key_id)
    assert late.key_id in desk.keys.describe().key_ids
    assert resume_rotation(desk) == 1
    retire_key(desk, key_id=late.key_id)
    assert _opened(desk) == [b"secret late"]


def test_the_key_in_use_and_unknown_keys_are_not_retired(at_desk: Desk) -> None:
    desk = at_desk()
    with pytest.raises(InvalidValue, match="is the key in use"):
        retire_key(desk, key_id=desk.keys.describe().active_key_id)
    with pytest.raises(NotFound, match="safelight key show"):
        retire_key(desk, key_id="local:none")
    assert _verbs(desk) == []


def test_an_old_copy_does_not_bring_a_retired_key_back(at_desk: Desk) -> None:
    desk = at_desk()
    old = desk.keys.describe().active_key_id
    copies: list[bytes] = []
    export_keys(desk, recipients=TO, place=copies.append)
    rotate_keys(desk, recipients=TO, place=lambda _copy: None)
    retire_key(desk, key_id=old)
    brought = import_keys(desk, copy=copies[0], identity=IDENTITY)
    assert (brought.left_out, brought.new_key_ids) == (1, ())
    assert old not in desk.keys.describe().key_ids


@pytest.mark.parametrize("boundary", [KeyBoundary.RECORDED, KeyBoundary.FORGOTTEN])
def test_a_death_while_a_key_is_retired_is_always_on_record(at_desk: Desk, boundary: KeyBoundary) -> None:
    desk = at_desk()
    old = desk.keys.describe().active_key_id
    _seal(desk, "a")
    rotate_keys(desk, recipients=TO, place=lambda _copy: None)
    with pytest.raises(Killed):
        retire_key(at_desk(reach=_die_at(boundary)), key_id=old)
    desk = at_desk()
    assert _opened(desk) == [b"secret a"]
    assert "begin_retiring_key" in _verbs(desk)
    assert (old in desk.keys.describe().key_ids) == (boundary is KeyBoundary.RECORDED)
    retire_key(desk, key_id=old)
    assert old not in desk.keys.describe().key_ids
    assert _verbs(desk)[-1] == "retire_key"


def test_every_boundary_of_keys_is_hit_by_some_act(at_desk: Desk, tmp_path: Path) -> None:
    met: set[StrEnum] = set()
    desk = at_desk(reach=met.add)
    old = desk.keys.describe().active_key_id
    create_keys(replace(desk, keys=FileKeys(tmp_path / "other.json")))
    _seal(desk, "a")
    rotate_keys(desk, recipients=TO, place=lambda _copy: None)
    retire_key(desk, key_id=old)
    assert met == {*KeyBoundary, *RotateBoundary}


def test_a_wrap_that_is_being_written_is_not_left_without_its_key(at_desk: Desk) -> None:
    """Who seals inserts its row and then looks whether the key is still there: the retirement waits for neither."""
    desk = at_desk()
    late = _wrap(desk, "late")
    rotate_keys(desk, recipients=TO, place=lambda _copy: None)
    for _ in range(10):
        outcomes = _race(desk, late)
        is_sealed, is_retired = "sealed" in outcomes, "retired" in outcomes
        assert is_sealed != is_retired
        assert (late.key_id in desk.keys.describe().key_ids) == is_sealed
        if is_retired:
            return
        with write(desk.engine) as tx:
            tx.execute(delete(secrets))


class Stale(Exception):
    """The key of a prepared wrap is gone."""


def _require_key(desk: KeyDesk, wrapped: Wrapped) -> None:
    if wrapped.key_id not in desk.keys.describe().key_ids:
        raise Stale


def _race(desk: KeyDesk, late: Wrapped) -> list[str]:
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def seal() -> None:
        ready.wait()
        try:
            with write(desk.engine) as tx:
                tx.execute(insert(secrets).values(name="late", key_id=late.key_id, wrapped_key=late.data))
                _require_key(desk, late)
            outcomes.append("sealed")
        except Stale:
            outcomes.append("stale")

    def retire() -> None:
        ready.wait()
        try:
            retire_key(desk, key_id=late.key_id)
            outcomes.append("retired")
        except InvalidValue:
            outcomes.append("kept")

    threads = [threading.Thread(target=act) for act in (seal, retire)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_keys_of_kms_are_rotated_in_the_same_way(at_desk: Desk, tmp_path: Path) -> None:
    with trial_kms() as kms:
        first, second = kms.new_key(), kms.new_key()
        path = tmp_path / "kms.json"
        desk = replace(at_desk(), keys=KmsKeys(path, key=first, open_client=lambda: kms.client))
        create_keys(desk)
        _seal(desk, "a", "b")
        turned = replace(desk, keys=KmsKeys(path, key=second, open_client=lambda: kms.client))
        copies: list[bytes] = []
        assert rotate_keys(turned, recipients=TO, place=copies.append, with_signing=True) == 2
        retire_key(turned, key_id=first)
        assert _opened(desk) == [b"secret a", b"secret b"]
        assert desk.keys.describe().key_ids == (second,)

        path.unlink()
        import_keys(turned, copy=copies[0], identity=IDENTITY)
        assert _opened(turned) == [b"secret a", b"secret b"]
        assert turned.keys.sign(b"m")


def test_every_change_takes_its_permission(at_desk: Desk, actor: Actor) -> None:
    desk = replace(at_desk(), actor=replace(actor, permissions=frozenset()))
    for act in (
        lambda: rotate_keys(desk, recipients=TO, place=pytest.fail),
        lambda: resume_rotation(desk),
        lambda: retire_key(desk, key_id="local:any"),
    ):
        with pytest.raises(NotAllowed):
            act()
