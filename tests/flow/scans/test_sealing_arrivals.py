"""What a person names is sealed in full or not at all, through the sealed spool."""

import io
from dataclasses import replace

import pytest

from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, KeysNotExported, NotAllowed
from safelight.flow.installation import Installation
from safelight.flow.scans.sealing_arrivals import Context, SealingDesk, seal_arrival
from safelight.intake.sources.folder import FileArrival
from safelight.intake.sources.stream import StreamArrival
from safelight.intake.spool import Spool
from safelight.roles import Actor
from safelight.testing.evidence import read_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.purpose import Purpose
from safelight.vault.queries import list_evidence
from safelight.vault.vault import Vault

DATA = b"large enough to leave memory " * 20_000


@pytest.fixture
def desk(source: Installation, actor: Actor, tmp_path):
    vault = Vault(blobs=source.blobs, keys=source.keys, clock=source.clock)
    with Spool(tmp_path / "spool", memory_bytes=1 << 16) as spool:
        yield SealingDesk(engine=source.engine, vault=vault, spool=spool, actor=actor, max_bytes=1 << 20)


@pytest.fixture
def file(tmp_path) -> FileArrival:
    path = tmp_path / "name.jpg"
    path.write_bytes(DATA)
    return FileArrival(name=str(path).encode())


def _require_nothing_sealed(source: Installation, tmp_path) -> None:
    with read(source.engine) as tx:
        assert list_evidence(tx) == []
    assert list(source.blobs.blob_ids()) == []
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file() and path.suffix != ".lock"] == []


def test_a_file_and_a_stream_are_sealed_with_what_the_person_knows(source, desk, file, actor) -> None:
    context = Context(subject_id="account-1", content_id="post-2", media_type="image/jpeg", notes=("from a tip",))
    stream = StreamArrival(stream=io.BytesIO(b"small"), max_bytes=100)
    sealed = [seal_arrival(desk, arrival, context) for arrival in (file, stream)]
    assert [read_bytes(source, actor, evidence.id) for evidence in sealed] == [DATA, b"small"]
    with write(source.engine) as tx:
        grant = desk.vault.open(tx, actor, sealed[0].id, Purpose.REVIEW, "a test")
    manifest = desk.vault.manifest(source.engine, grant)
    assert (manifest.subject_id, manifest.origin.platform_content_id) == ("account-1", "post-2")
    assert (manifest.media_type, manifest.notes, manifest.sealed_by) == ("image/jpeg", ("from a tip",), actor.name)


def test_the_file_itself_stays_and_the_spool_is_empty_afterwards(desk, file, tmp_path) -> None:
    seal_arrival(desk, file, Context())
    assert (tmp_path / "name.jpg").read_bytes() == DATA
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file() and path.suffix != ".lock"] == []


def test_what_is_missing_too_long_or_breaks_off_is_refused_and_leaves_nothing(source, desk, file, tmp_path) -> None:
    class Breaking(io.BytesIO):
        def readinto(self, buffer) -> int:
            raise OSError(5, "Input/output error")

        read = readinto

    refused = [
        (desk, FileArrival(name=str(tmp_path / "missing").encode())),
        (desk, FileArrival(name=str(tmp_path).encode())),
        (desk, StreamArrival(stream=Breaking(), max_bytes=100)),
        (replace(desk, max_bytes=1000), file),
    ]
    for each, arrival in refused:
        with pytest.raises(InvalidValue):
            seal_arrival(each, arrival, Context())
    _require_nothing_sealed(source, tmp_path)


def test_nothing_is_sealed_without_the_permission_or_before_the_keys_are_exported(source, desk, file, tmp_path) -> None:
    stranger = Actor(kind=desk.actor.kind, name="stranger")
    with pytest.raises(NotAllowed, match="evidence:seal"):
        seal_arrival(replace(desk, actor=stranger), file, Context())
    unexported = replace(desk.vault, keys=MemoryKeys(is_exported=False))
    with pytest.raises(KeysNotExported):
        seal_arrival(replace(desk, vault=unexported), file, Context())
    _require_nothing_sealed(source, tmp_path)
