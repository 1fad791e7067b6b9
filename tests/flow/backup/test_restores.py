"""A backup is restored wholly or not at all, and revives nothing that was destroyed."""

import fcntl
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import insert, select

from safelight.access.store.sign_in_tables import sessions
from safelight.audit.queries import page_entries
from safelight.audit.sequencing import number_waiting
from safelight.audit.verifying import verify
from safelight.clock import FixedClock
from safelight.database.dump import dump_rows, found_tables
from safelight.database.engine import Engine
from safelight.database.loading import require_unused
from safelight.database.revision import is_current
from safelight.database.transaction import read, write
from safelight.errors import BackupRefused, ClockWrong, KeysUnusable, NotAllowed, NotFound
from safelight.flow import access
from safelight.flow.backup.backups import make_backup
from safelight.flow.backup.boundary import BackupBoundary, RestoreBoundary
from safelight.flow.backup.restores import Restored
from safelight.flow.installation import Installation
from safelight.jobs.queries import page_jobs
from safelight.roles import Actor
from safelight.testing.evidence import destroy_evidence, keep_bytes, read_bytes, remove_rest, seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.evidence import Evidence
from safelight.vault.keeping import Keeping
from safelight.vault.store.tables import occurrences

Identity = pyrage.x25519.Identity
Restore = Callable[..., Restored]
Untouched = Callable[[Installation], None]
NewTarget = Callable[[str], Installation]


def _rows(engine: Engine) -> dict[str, bytes]:
    with read(engine) as tx:
        return {table.name: b"".join(block for _, block in dump_rows(tx, table)) for table in found_tables(tx)}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_everything_comes_back_on_either_database(
    *,
    source: Installation,
    actor: Actor,
    tmp_path: Path,
    new_target: NewTarget,
    kind: str,
    restore_by_all_steps: Restore,
    identity: Identity,
    contents: list[bytes],
) -> None:
    sealed = [seal_bytes(source, actor, tmp_path / "spool", [content]) for content in [*contents, contents[0]]]
    kept = keep_bytes(source, actor, tmp_path / "spool", b"waits")
    destroy_evidence(source, actor, sealed[1].id)
    make_backup(source, actor, tmp_path / "out.age", [str(identity.to_public())])
    target = new_target(kind)
    engine = target.engine
    restored = restore_by_all_steps(target, tmp_path / "out.age")
    assert is_current(engine)
    assert (restored.blobs, restored.replayed) == (3, 0)
    before, after = _rows(source.engine), _rows(engine)
    log_rows = {"audit_entries", "audit_waiting"}
    assert {name: rows for name, rows in after.items() if name not in log_rows} == {
        name: rows for name, rows in before.items() if name not in log_rows
    }
    begun = before["audit_entries"].index(b"begin_backup")
    assert after["audit_entries"][:begun] == before["audit_entries"][:begun]
    for evidence, content in zip(sealed, [*contents, contents[0]], strict=True):
        if evidence is sealed[1]:
            with pytest.raises(NotFound):
                read_bytes(target, actor, evidence.id)
        else:
            assert read_bytes(target, actor, evidence.id) == content
    with Keeping(blobs=target.blobs, keys=target.keys, clock=target.clock).open_kept(engine, kept) as spool:
        assert spool.read(0, 5) == b"waits"
    assert dict(target.blobs.ledger()) == dict(source.blobs.ledger())


def test_the_restored_log_verifies_and_says_that_it_was_restored(
    target: Installation, backup: Path, restore: Restore
) -> None:
    restored = restore(target, backup)
    with write(target.engine) as tx:
        number_waiting(tx)
    with read(target.engine) as tx:
        assert verify(tx, public_keys=target.keys.describe().public_keys).faults == ()
        last = page_entries(tx, limit=1000)[-1]
    assert last.verb == "restore_backup"
    assert last.details is not None
    assert last.details["rows"] == restored.rows  # type: ignore[index] # told above


def test_nobody_is_signed_in_after_a_restore_for_their_session_may_have_been_ended_since(
    *, source: Installation, actor: Actor, tmp_path: Path, target: Installation, restore: Restore, identity: Identity
) -> None:
    at, engine = source.clock.now(), source.engine
    times = dict.fromkeys(("made_at", "used_at", "authenticated_at", "fresh_until", "ends_at"), at)
    access.add_person(engine, source.clock, actor, "Ada", role_names=["lead"])
    with write(engine) as tx:
        row = {"person_id": 1, "digest": b"d", "stage": "signed_in", "browser": ""}
        tx.execute(insert(sessions).values(row | times))
    make_backup(source, actor, tmp_path / "in.age", [str(identity.to_public())])
    restore(target, tmp_path / "in.age")
    with read(target.engine) as tx:
        assert tx.execute(select(sessions)).all() == []


def test_what_was_destroyed_after_the_backup_is_destroyed_again_by_the_ledger_that_lived_on(
    *,
    source: Installation,
    target: Installation,
    actor: Actor,
    sealed: list[Evidence],
    backup: Path,
    restore: Restore,
    contents: list[bytes],
) -> None:
    destroy_evidence(source, actor, sealed[0].id)
    restored = restore(target, backup, ledgers=[source.blobs])
    assert restored.replayed == 1
    with pytest.raises(NotFound):
        read_bytes(target, actor, sealed[0].id)
    assert read_bytes(target, actor, sealed[1].id) == contents[1]
    with read(target.engine) as tx:
        assert "replay_destruction" in [entry.verb for entry in page_entries(tx, target=f"evidence:{sealed[0].id}")]
        assert [job.kind for job in page_jobs(tx)] == ["remove_blob"]
    assert dict(target.blobs.ledger()) == dict(source.blobs.ledger())
    remove_rest(target, actor)
    assert len(list(target.blobs.blob_ids())) == 2


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_key_of_what_is_destroyed_again_is_in_no_file_of_the_restored_database(
    *,
    source: Installation,
    target: Installation,
    actor: Actor,
    sealed: list[Evidence],
    backup: Path,
    restore: Restore,
) -> None:
    with read(source.engine) as tx:
        question = select(occurrences.c.id, occurrences.c.wrapped_key)
        keys = {row.id: row.wrapped_key for row in tx.execute(question)}
    destroy_evidence(source, actor, sealed[0].id)
    restore(target, backup, ledgers=[source.blobs])
    path = Path(str(target.engine.url.database))
    files = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert keys[sealed[1].id] in files
    assert keys[sealed[0].id] not in files


def test_what_was_destroyed_while_the_backup_was_made_is_destroyed_again_without_any_ledger(
    *,
    source: Installation,
    target: Installation,
    actor: Actor,
    sealed: list[Evidence],
    tmp_path: Path,
    restore: Restore,
    identity: Identity,
    contents: list[bytes],
) -> None:
    kept = keep_bytes(source, actor, tmp_path / "spool", b"waits")

    def meanwhile(boundary: StrEnum) -> None:
        if boundary is BackupBoundary.DATABASE_DUMPED:
            destroy_evidence(source, actor, sealed[0].id)
            destroy_evidence(source, actor, sealed[1].id, removes_blob=False)
            with write(source.engine) as tx:
                Keeping(blobs=source.blobs, keys=source.keys, clock=source.clock).drop_kept(tx, actor, kept)
            source.blobs.remove(kept)

    make_backup(source, actor, tmp_path / "out.age", [str(identity.to_public())], reach=meanwhile)
    restored = restore(target, tmp_path / "out.age")
    assert restored.replayed == 2
    for evidence in sealed[:2]:
        with pytest.raises(NotFound):
            read_bytes(target, actor, evidence.id)
    assert read_bytes(target, actor, sealed[2].id) == contents[2]
    with read(target.engine) as tx:
        assert "drop_lost_spool" in [entry.verb for entry in page_entries(tx, target=f"spool:{kept}")]


def test_a_ledger_record_that_was_not_signed_by_these_keys_destroys_nothing_and_is_refused(
    *,
    source: Installation,
    target: Installation,
    actor: Actor,
    sealed: list[Evidence],
    backup: Path,
    restore: Restore,
    require_untouched: Untouched,
) -> None:
    destroy_evidence(replace(source, keys=_OtherSigner(source.keys)), actor, sealed[0].id)
    with pytest.raises(BackupRefused, match="cannot be believed"):
        restore(target, backup, ledgers=[source.blobs])
    require_untouched(target)


class _OtherSigner:
    """Keys that open what these seal, and sign by others."""

    def __init__(self, keys: Any) -> None:
        self._keys, self._other = keys, MemoryKeys()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._other if name in {"sign", "describe"} else self._keys, name)


def test_a_database_that_is_in_use_is_refused(
    source: Installation, target: Installation, backup: Path, restore: Restore
) -> None:
    before = _rows(source.engine)
    with pytest.raises(BackupRefused, match="not empty"):
        restore(replace(target, engine=source.engine), backup)
    assert _rows(source.engine) == before


@pytest.mark.few_on_postgresql
def test_a_store_that_is_in_use_is_refused_and_keeps_its_blobs(
    source: Installation, target: Installation, backup: Path, restore: Restore
) -> None:
    with pytest.raises(BackupRefused, match="store of sealed bytes is not empty"):
        restore(replace(target, blobs=source.blobs), backup)
    assert len(list(source.blobs.blob_ids())) == 3


@pytest.mark.few_on_postgresql
def test_keys_that_are_missing_are_asked_for(
    *,
    source: Installation,
    target: Installation,
    actor: Actor,
    sealed: list[Evidence],
    tmp_path: Path,
    restore: Restore,
    require_untouched: Untouched,
    identity: Identity,
) -> None:
    keys = source.keys
    assert isinstance(keys, MemoryKeys)
    old = keys.describe().active_key_id
    keys.rotate()
    make_backup(source, actor, tmp_path / "out.age", [str(identity.to_public())])
    keys.retire(old)
    with pytest.raises(KeysUnusable, match=old):
        restore(target, tmp_path / "out.age")
    require_untouched(target)


@pytest.mark.few_on_postgresql
def test_a_clock_that_stands_before_the_backup_is_refused(
    target: Installation, backup: Path, restore: Restore, require_untouched: Untouched
) -> None:
    slow = FixedClock(at=target.clock.now() - timedelta(days=1))
    with pytest.raises(ClockWrong):
        restore(replace(target, clock=slow), backup)
    require_untouched(target)


@pytest.mark.few_on_postgresql
def test_it_takes_the_permission(target: Installation, actor: Actor, backup: Path, restore: Restore) -> None:
    with pytest.raises(NotAllowed, match="backup:write"):
        restore(target, backup, by=replace(actor, permissions=frozenset()))


@pytest.mark.few_on_postgresql
def test_two_restorings_into_one_workspace_do_not_meet(target: Installation, backup: Path, restore: Restore) -> None:
    folder = backup.parent / "workspace" / "restoring"
    folder.mkdir(parents=True)
    with (folder / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupRefused, match="Another restoring"):
            restore(target, backup)
    assert restore(target, backup).blobs == 3


class Died(BaseException):
    """The end of a process, as far as a test can have it."""


@pytest.mark.few_on_postgresql(RestoreBoundary.REPLAYED, RestoreBoundary.COMMITTED)
@pytest.mark.parametrize("boundary", RestoreBoundary)
def test_a_restoring_that_dies_is_done_wholly_by_the_next_one_and_revives_nothing(
    *,
    source: Installation,
    target: Installation,
    actor: Actor,
    sealed: list[Evidence],
    tmp_path: Path,
    boundary: RestoreBoundary,
    restore: Restore,
    identity: Identity,
    contents: list[bytes],
) -> None:
    destroy_evidence(source, actor, sealed[2].id)
    make_backup(source, actor, tmp_path / "later.age", [str(identity.to_public())])
    destroy_evidence(source, actor, sealed[0].id)

    def die(reached: StrEnum) -> None:
        if reached is boundary:
            raise Died

    with pytest.raises(Died):  # so each boundary is reached
        restore(target, tmp_path / "later.age", ledgers=[source.blobs], reach=die)
    target.engine.dispose()
    again = replace(target, blobs=DiskBlobs(tmp_path / "new-vault"))
    if boundary is RestoreBoundary.COMMITTED:
        with pytest.raises(BackupRefused, match="not empty"):
            restore(again, tmp_path / "later.age", ledgers=[source.blobs])
    else:
        with read(again.engine) as tx:
            require_unused(tx)
        assert restore(again, tmp_path / "later.age", ledgers=[source.blobs]).replayed == 1
    for evidence in (sealed[0], sealed[2]):
        with pytest.raises(NotFound):
            read_bytes(again, actor, evidence.id)
    assert read_bytes(again, actor, sealed[1].id) == contents[1]
    remove_rest(again, actor)
    assert len(list(again.blobs.blob_ids())) == 1
