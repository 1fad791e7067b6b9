from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import insert, text

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import AlreadyExists, InvalidValue, KeysUnusable, NotAllowed
from safelight.flow.keys.acts import create_keys, export_keys, import_keys, show_keys
from safelight.flow.keys.changes import rotate_keys
from safelight.flow.keys.desk import KeyDesk
from safelight.keys.boundary import KeyBoundary
from safelight.keys.file import FileKeys
from safelight.keys.recovery import require_exported
from safelight.roles import Actor
from safelight.vault.store.tables import secrets
from safelight.vault.wrap_context import secret_context

PERSON = pyrage.x25519.Identity.generate()
TO = [str(PERSON.to_public())]
IDENTITY = str(PERSON).encode()
Desk = Callable[..., KeyDesk]


class Killed(BaseException):
    """The process died."""


def _die_at(boundary: KeyBoundary) -> Callable[[StrEnum], None]:
    def die(reached: StrEnum) -> None:
        if reached is boundary:
            raise Killed

    return die


@pytest.fixture
def at_desk(engine: Engine, clock: FixedClock, actor: Actor, tmp_path: Path) -> Desk:
    """Sit down at a desk with new objects, as after a restart."""

    def at_desk(file: str = "keys.json", **more: Any) -> KeyDesk:
        return KeyDesk(engine=engine, keys=FileKeys(tmp_path / file), clock=clock, actor=actor, **more)

    return at_desk


def _seal_something(desk: KeyDesk, name: str = "n") -> None:
    wrapped = desk.keys.wrap(b"secret", context=secret_context(name))
    with write(desk.engine) as tx:
        tx.execute(insert(secrets).values(name=name, key_id=wrapped.key_id, wrapped_key=wrapped.data))


def _verbs(desk: KeyDesk) -> list[str]:
    with read(desk.engine) as tx:
        return [entry.verb for entry in page_entries(tx)]


def _copy_of(desk: KeyDesk) -> bytes:
    copies: list[bytes] = []
    export_keys(desk, recipients=TO, place=copies.append)
    return copies[0]


def test_keys_are_made_and_written_down(at_desk: Desk) -> None:
    desk = at_desk()
    described = create_keys(desk, reason="a new installation")
    with read(desk.engine) as tx:
        (entry,) = page_entries(tx)
    assert (entry.verb, entry.target) == ("create_keys", f"key:{described.active_key_id}")
    assert show_keys(desk).described == described
    assert show_keys(desk).wraps_by_key == {}


def test_keys_are_made_once(at_desk: Desk) -> None:
    before = create_keys(at_desk())
    with pytest.raises(AlreadyExists, match="safelight key rotate"):
        create_keys(at_desk())
    assert show_keys(at_desk()).described == before


def test_lost_keys_that_something_needs_are_not_replaced(at_desk: Desk) -> None:
    desk = at_desk()
    create_keys(desk)
    _seal_something(desk)
    with pytest.raises(KeysUnusable, match="safelight key import"):
        create_keys(at_desk("lost.json"))
    assert not at_desk("lost.json").keys.exists()


def test_lost_keys_that_signed_the_log_are_not_replaced(at_desk: Desk) -> None:
    desk = at_desk()
    with write(desk.engine) as tx:
        tx.execute(text("INSERT INTO audit_heads (size, note) VALUES (1, 'a signed note')"))
    with pytest.raises(KeysUnusable, match="the audit log was signed with the keys that it held"):
        create_keys(desk)
    assert not desk.keys.exists()


def test_somebody_may_go_on_despite_the_loss_and_it_is_recorded(at_desk: Desk) -> None:
    desk = at_desk()
    lost = create_keys(desk).active_key_id
    _seal_something(desk)
    create_keys(at_desk("new.json"), despite_loss=True, reason="every copy burnt")
    with read(desk.engine) as tx:
        entry = page_entries(tx)[-1]
    assert (entry.reason, entry.details) == ("every copy burnt", {"despite_loss": 1})
    assert show_keys(at_desk("new.json")).missing == (lost,)


def test_an_export_opens_the_way_to_sealing(at_desk: Desk) -> None:
    desk = at_desk()
    create_keys(desk)
    assert _copy_of(desk).startswith(b"-----BEGIN AGE")
    require_exported(desk.keys)


def test_an_export_is_written_down_before_the_copy_exists(at_desk: Desk) -> None:
    desk = at_desk()
    create_keys(desk)

    def place(_copy: bytes) -> None:
        assert _verbs(desk) == ["create_keys", "export_keys"]

    export_keys(desk, recipients=TO, place=place)


def test_a_copy_that_cannot_be_placed_marks_nothing(at_desk: Desk) -> None:
    desk = at_desk()
    create_keys(desk)

    def place(_copy: bytes) -> None:
        raise PermissionError

    with pytest.raises(PermissionError):
        export_keys(desk, recipients=TO, place=place)
    assert not desk.keys.describe().is_exported


def test_an_export_without_a_good_recipient_does_nothing(at_desk: Desk) -> None:
    desk = at_desk()
    create_keys(desk)
    for recipients in ([], ["nobody"], [*TO, "nobody"]):
        with pytest.raises(InvalidValue):
            export_keys(desk, recipients=recipients, place=pytest.fail)
    assert _verbs(desk) == ["create_keys"]


def test_a_copy_brings_lost_keys_back(at_desk: Desk) -> None:
    desk = at_desk()
    create_keys(desk)
    copy = _copy_of(desk)
    _seal_something(desk)
    other = at_desk("fresh.json")
    brought = import_keys(other, copy=copy, identity=IDENTITY)
    assert brought.state.described.key_ids == brought.new_key_ids == desk.keys.describe().key_ids
    assert brought.state.missing == ()
    assert other.keys.ring() == desk.keys.ring()
    assert other.keys.describe().is_exported


def test_a_copy_of_other_keys_says_what_is_still_missing(at_desk: Desk) -> None:
    desk, other = at_desk(), at_desk("other.json")
    lost = create_keys(desk).active_key_id
    create_keys(other)
    copy = _copy_of(other)
    _seal_something(desk)
    assert import_keys(at_desk("fresh.json"), copy=copy, identity=IDENTITY).state.missing == (lost,)


def test_a_later_copy_takes_its_key_into_use_on_another_machine(at_desk: Desk) -> None:
    here, there = at_desk(), at_desk("there.json")
    create_keys(here)
    import_keys(there, copy=_copy_of(here), identity=IDENTITY)
    copies: list[bytes] = []
    rotate_keys(here, recipients=TO, place=copies.append)
    brought = import_keys(there, copy=copies[0], identity=IDENTITY)
    assert len(brought.new_key_ids) == 1
    assert there.keys.describe().key_ids == here.keys.describe().key_ids


def test_an_import_never_removes_a_key(at_desk: Desk) -> None:
    desk, other = at_desk(), at_desk("other.json")
    create_keys(desk)
    create_keys(other)
    before = desk.keys.describe().key_ids
    import_keys(desk, copy=_copy_of(other), identity=IDENTITY)
    assert desk.keys.describe().key_ids == (*before, *other.keys.describe().key_ids)


def test_a_copy_of_another_key_service_is_refused(at_desk: Desk) -> None:
    class Elsewhere(FileKeys):
        def ring(self) -> Any:
            return replace(super().ring(), service="aws_kms")

    desk = at_desk()
    create_keys(desk)
    ours = desk.keys.ring()
    foreign = replace(desk, keys=Elsewhere(Path(desk.keys.describe().location)))
    copy = _copy_of(foreign)
    with pytest.raises(KeysUnusable, match="'aws_kms'"):
        import_keys(desk, copy=copy, identity=IDENTITY)
    with pytest.raises(KeysUnusable, match="'aws_kms'"):
        import_keys(at_desk("fresh.json"), copy=copy, identity=IDENTITY)
    assert desk.keys.ring().key_ids == ours.key_ids
    assert not at_desk("fresh.json").keys.exists()


def test_a_damaged_key_file_is_not_merged_into(at_desk: Desk, tmp_path: Path) -> None:
    desk = at_desk()
    create_keys(desk)
    copy = _copy_of(desk)
    path = tmp_path / "keys.json"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(KeysUnusable, match="move the file aside"):
        import_keys(at_desk(), copy=copy, identity=IDENTITY)
    assert path.stat().st_size == 100


def test_every_change_takes_its_permission(at_desk: Desk, actor: Actor) -> None:
    desk = replace(at_desk(), actor=replace(actor, permissions=frozenset()))
    for act in (
        lambda: create_keys(desk),
        lambda: export_keys(desk, recipients=TO, place=pytest.fail),
        lambda: import_keys(desk, copy=b"", identity=IDENTITY),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not desk.keys.exists()


@pytest.mark.parametrize("boundary", [KeyBoundary.RECORDED, KeyBoundary.KEPT])
def test_a_death_while_keys_are_made_leaves_none_or_all(at_desk: Desk, boundary: KeyBoundary) -> None:
    with pytest.raises(Killed):
        create_keys(at_desk(reach=_die_at(boundary)))
    desk = at_desk()
    assert desk.keys.exists() == (boundary is KeyBoundary.KEPT)
    if not desk.keys.exists():
        create_keys(desk)
    assert f"key:{desk.keys.describe().active_key_id}" in _targets(desk)


def _targets(desk: KeyDesk) -> list[str]:
    with read(desk.engine) as tx:
        return [entry.target for entry in page_entries(tx)]


@pytest.mark.parametrize("boundary", [KeyBoundary.RECORDED, KeyBoundary.EXPORTED, KeyBoundary.KEPT])
def test_a_death_during_an_export_never_marks_what_was_not_exported(at_desk: Desk, boundary: KeyBoundary) -> None:
    create_keys(at_desk())
    copies: list[bytes] = []
    with pytest.raises(Killed):
        export_keys(at_desk(reach=_die_at(boundary)), recipients=TO, place=copies.append)
    desk = at_desk()
    assert desk.keys.describe().is_exported == (boundary is KeyBoundary.KEPT)
    assert bool(copies) == (boundary is not KeyBoundary.RECORDED)
    assert _verbs(desk) == ["create_keys", "export_keys"]
    export_keys(desk, recipients=TO, place=copies.append)
    assert desk.keys.describe().is_exported


@pytest.mark.parametrize("boundary", [KeyBoundary.RECORDED, KeyBoundary.KEPT])
@pytest.mark.parametrize("file", ["fresh.json", "other.json"])
def test_a_death_during_an_import_leaves_the_keys_before_or_after(
    at_desk: Desk, boundary: KeyBoundary, file: str
) -> None:
    desk = at_desk()
    create_keys(desk)
    copy = _copy_of(desk)
    create_keys(at_desk("other.json"))
    with pytest.raises(Killed):
        import_keys(at_desk(file, reach=_die_at(boundary)), copy=copy, identity=IDENTITY)
    wanted = desk.keys.describe().active_key_id
    other = at_desk(file)
    assert (other.keys.exists() and wanted in other.keys.describe().key_ids) == (boundary is KeyBoundary.KEPT)
    assert wanted in import_keys(other, copy=copy, identity=IDENTITY).state.described.key_ids
