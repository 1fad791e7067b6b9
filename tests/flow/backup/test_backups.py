"""A backup holds all that was there at one moment, and no moment of a crash leaves a half one."""

import io
import json
import tarfile
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import pyrage
import pytest

from safelight.audit import log
from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import (
    AlreadyExists,
    EvidenceDamaged,
    InvalidValue,
    KeysUnusable,
    NotAllowed,
    OutputFailed,
    WorkspaceOutdated,
)
from safelight.flow.backup.backups import make_backup
from safelight.flow.backup.boundary import BackupBoundary
from safelight.flow.backup.form import read_end, read_header
from safelight.flow.installation import Installation
from safelight.roles import Actor
from safelight.testing.evidence import destroy_evidence, keep_bytes, remove_rest, seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.evidence import Evidence

IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())


@pytest.fixture
def source(engine: Engine, tmp_path: Path, clock: FixedClock) -> Installation:
    """An installation without anything in it."""
    blobs = DiskBlobs(tmp_path / "vault")
    blobs.create()
    return Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=clock)


@pytest.fixture
def sealed(source: Installation, actor: Actor, tmp_path: Path) -> list[Evidence]:
    """Evidence of three contents, one of them larger than a chunk and sealed twice."""
    large = [b"large content " * 200_000]
    contents = [large, [b"small content"], [b"other content"], large]
    return [seal_bytes(source, actor, tmp_path / "spool", content) for content in contents]


def _opened(path: Path) -> dict[str, bytes]:
    """Open a backup with standard tools."""
    clear = pyrage.decrypt(path.read_bytes(), [IDENTITY])
    with tarfile.open(fileobj=io.BytesIO(clear)) as archive:
        return {member.name: _bytes(archive, member) for member in archive}


def _bytes(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    assert file is not None
    return file.read()


def _verbs(source: Installation) -> list[str]:
    with read(source.engine) as tx:
        return [entry.verb for entry in page_entries(tx, limit=1000)]


def test_a_backup_opens_with_standard_tools_and_says_what_it_holds(
    source: Installation, actor: Actor, sealed: list[Evidence], tmp_path: Path
) -> None:
    made = make_backup(source, actor, tmp_path / "out.age", [RECIPIENT])
    members = _opened(tmp_path / "out.age")
    assert next(iter(members)) == "backup.json"
    assert list(members)[-2:] == ["end.json", "end.sig"]
    header, end = read_header(members["backup.json"]), read_end(members["end.json"])
    assert header.made_at == source.clock.now().isoformat()
    assert (end.rows, end.blobs, end.ledger) == (made.rows, 3, 0)
    blobs = {name.removeprefix("blobs/"): data for name, data in members.items() if name.startswith("blobs/")}
    assert list(blobs) == sorted(source.blobs.blob_ids())
    for blob_id, data in blobs.items():
        with source.blobs.open(blob_id) as blob:
            assert blob.read(0, blob.size_bytes) == data
    rows = sum(data.count(b"\n") for name, data in members.items() if name.startswith("database/"))
    assert rows == made.rows


@pytest.mark.few_on_postgresql
def test_a_backup_is_for_its_owner_alone_and_holds_nothing_in_the_clear(
    source: Installation, actor: Actor, sealed: list[Evidence], tmp_path: Path
) -> None:
    make_backup(source, actor, tmp_path / "out.age", [RECIPIENT])
    assert (tmp_path / "out.age").stat().st_mode & 0o777 == 0o600
    data = (tmp_path / "out.age").read_bytes()
    assert data.startswith(b"age-encryption.org/v1\n")
    assert sealed[0].id.encode() not in data
    assert b"audit_entries" not in data


@pytest.mark.few_on_postgresql
def test_the_keys_are_never_in_a_backup(
    source: Installation, actor: Actor, sealed: list[Evidence], tmp_path: Path
) -> None:
    make_backup(source, actor, tmp_path / "out.age", [RECIPIENT])
    names = set(_opened(tmp_path / "out.age"))
    kinds = {name.split("/")[0] for name in names}
    assert kinds == {"backup.json", "database", "blobs", "end.json", "end.sig"}


def test_the_beginning_is_in_the_backup_and_the_end_in_the_log_with_the_files_digest(
    source: Installation, actor: Actor, tmp_path: Path
) -> None:
    made = make_backup(source, actor, tmp_path / "out.age", [RECIPIENT])
    (entries,) = [data for name, data in _opened(tmp_path / "out.age").items() if "audit_entries" in name]
    assert [json.loads(line)[4] for line in entries.splitlines()] == ["begin_backup"]
    assert _verbs(source) == ["begin_backup", "finish_backup"]
    with read(source.engine) as tx:
        assert page_entries(tx)[-1].details is not None
        assert page_entries(tx)[-1].details["sha256"] == made.sha256.hex()  # type: ignore[index] # see above


def test_a_name_that_is_taken_is_refused_and_its_file_left_alone(
    source: Installation, actor: Actor, tmp_path: Path
) -> None:
    (tmp_path / "out.age").write_bytes(b"an older backup")
    with pytest.raises(AlreadyExists):
        make_backup(source, actor, tmp_path / "out.age", [RECIPIENT])
    assert (tmp_path / "out.age").read_bytes() == b"an older backup"


@pytest.mark.few_on_postgresql
def test_a_folder_that_is_not_there_is_an_error_that_says_so(
    source: Installation, actor: Actor, tmp_path: Path
) -> None:
    with pytest.raises(OutputFailed):
        make_backup(source, actor, tmp_path / "none" / "out.age", [RECIPIENT])


@pytest.mark.parametrize("recipients", [[], ["nobody"], [str(IDENTITY)], [RECIPIENT, "age1xyz"]])
def test_what_is_no_recipient_is_refused_before_anything_is_done(
    source: Installation, actor: Actor, tmp_path: Path, recipients: list[str]
) -> None:
    with pytest.raises(InvalidValue):
        make_backup(source, actor, tmp_path / "out.age", recipients)
    assert _verbs(source) == []
    assert not (tmp_path / "out.age").exists()


@pytest.mark.few_on_postgresql
def test_each_of_several_recipients_can_open_it(source: Installation, actor: Actor, tmp_path: Path) -> None:
    other = pyrage.x25519.Identity.generate()
    make_backup(source, actor, tmp_path / "out.age", [RECIPIENT, str(other.to_public())])
    for identity in (IDENTITY, other):
        assert pyrage.decrypt((tmp_path / "out.age").read_bytes(), [identity])


def test_it_takes_the_permission(source: Installation, actor: Actor, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="backup:write"):
        make_backup(source, replace(actor, permissions=frozenset()), tmp_path / "out.age", [RECIPIENT])


@pytest.mark.few_on_postgresql
def test_without_keys_that_sign_there_is_no_backup(source: Installation, actor: Actor, tmp_path: Path) -> None:
    class Gone(MemoryKeys):
        def sign(self, message: bytes) -> bytes:
            raise KeysUnusable("gone")

    with pytest.raises(KeysUnusable):
        make_backup(replace(source, keys=Gone()), actor, tmp_path / "out.age", [RECIPIENT])
    assert not any(path.suffix in {".age", ".part"} for path in tmp_path.iterdir())


def test_a_blob_that_is_missing_though_it_is_needed_makes_no_backup(
    source: Installation, actor: Actor, sealed: list[Evidence], tmp_path: Path
) -> None:
    missing = next(iter(source.blobs.blob_ids()))
    source.blobs.remove(missing)
    with pytest.raises(EvidenceDamaged, match=missing):
        make_backup(source, actor, tmp_path / "out.age", [RECIPIENT])
    assert not any(path.suffix in {".age", ".part"} for path in tmp_path.iterdir())


class Doing:
    """What does something once when a boundary is reached."""

    def __init__(self, at: StrEnum, act) -> None:
        self._at, self._act = at, act

    def __call__(self, boundary: StrEnum) -> None:
        if boundary is self._at and self._act is not None:
            act, self._act = self._act, None
            act()


def test_evidence_that_is_destroyed_while_the_backup_is_made_is_noted_and_no_fault(
    source: Installation, actor: Actor, sealed: list[Evidence], tmp_path: Path
) -> None:
    def destroy() -> None:
        destroy_evidence(source, actor, sealed[1].id)
        destroy_evidence(source, actor, sealed[2].id, removes_blob=False)

    reach = Doing(BackupBoundary.DATABASE_DUMPED, destroy)
    made = make_backup(source, actor, tmp_path / "out.age", [RECIPIENT], reach=reach)
    end = read_end(_opened(tmp_path / "out.age")["end.json"])
    assert made.gone == len(end.gone_blobs) == 1
    assert {evidence_id for evidence_id, _ in end.destroyed} == {sealed[1].id, sealed[2].id}
    assert end.ledger == 1


def test_what_waits_to_be_scanned_is_in_it_and_may_be_dropped_meanwhile(
    source: Installation, actor: Actor, tmp_path: Path
) -> None:
    kept = [keep_bytes(source, actor, tmp_path / "spool", f"{n}".encode()) for n in range(2)]

    def drop() -> None:
        from safelight.vault.keeping import Keeping

        keeping = Keeping(blobs=source.blobs, keys=source.keys, clock=source.clock)
        with write(source.engine) as tx:
            keeping.drop_kept(tx, actor, kept[0])
        remove_rest(source, actor)

    make_backup(source, actor, tmp_path / "out.age", [RECIPIENT], reach=Doing(BackupBoundary.DATABASE_DUMPED, drop))
    members = _opened(tmp_path / "out.age")
    assert read_end(members["end.json"]).gone_blobs == (kept[0],)
    assert f"blobs/{kept[1]}" in members


def test_others_work_on_while_blobs_are_copied(
    source: Installation, actor: Actor, sealed: list[Evidence], tmp_path: Path
) -> None:
    def work() -> None:
        with write(source.engine) as tx:
            log.write(tx, clock=source.clock, actor=actor, verb="meanwhile", target="test:1")

    make_backup(source, actor, tmp_path / "out.age", [RECIPIENT], reach=Doing(BackupBoundary.BLOB_COPIED, work))
    assert b"meanwhile" not in b"".join(_opened(tmp_path / "out.age").values())
    assert "meanwhile" in _verbs(source)


def test_a_database_of_another_version_is_not_backed_up(
    source: Installation, actor: Actor, blank_engine: Engine, tmp_path: Path
) -> None:
    if blank_engine.dialect.name == source.engine.dialect.name:
        with pytest.raises(WorkspaceOutdated):
            make_backup(replace(source, engine=blank_engine), actor, tmp_path / "out.age", [RECIPIENT])


class Died(BaseException):
    """The end of a process, as far as a test can have it."""


@pytest.mark.few_on_postgresql(BackupBoundary.DATABASE_DUMPED, BackupBoundary.NAMED)
@pytest.mark.parametrize("boundary", BackupBoundary)
def test_a_backup_that_dies_leaves_none_under_its_name_and_the_next_one_is_whole(
    source: Installation, actor: Actor, sealed: list[Evidence], tmp_path: Path, boundary: BackupBoundary
) -> None:
    destroy_evidence(source, actor, sealed[1].id)
    (tmp_path / "older.age").write_bytes(b"an older backup")

    def die(reached: StrEnum) -> None:
        if reached is boundary:
            raise Died

    with pytest.raises(Died):  # so each boundary is reached
        make_backup(source, actor, tmp_path / "out.age", [RECIPIENT], reach=die)
    assert (tmp_path / "out.age").exists() == (boundary is BackupBoundary.NAMED)
    assert (tmp_path / "older.age").read_bytes() == b"an older backup"
    later = replace(source, clock=FixedClock(at=source.clock.now() + timedelta(days=1)))
    make_backup(later, actor, tmp_path / "next.age", [RECIPIENT])
    for name in ("next.age", *(["out.age"] if boundary is BackupBoundary.NAMED else [])):
        assert read_end(_opened(tmp_path / name)["end.json"]).blobs == 2
