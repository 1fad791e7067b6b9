"""The parts that evidence takes are chosen by the settings, and a worker carries out every kind of job with them."""

import builtins
import hashlib
import io
import threading
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

import safelight
from safelight.app.evidence_parts import (
    create_blobs,
    job_handlers,
    job_periods,
    open_blobs,
    open_keys,
    open_settling,
    open_spool,
)
from safelight.banks.entry import NewEntry
from safelight.database.transaction import read
from safelight.errors import InvalidValue, StoreUnusable
from safelight.flow.banks import edits as banks
from safelight.flow.keys.acts import create_keys, export_keys
from safelight.flow.keys.desk import KeyDesk
from safelight.flow.scans.arrivals import Arrived
from safelight.flow.scans.preserving import manifest_of
from safelight.flow.scans.queued_scans import accept_scan
from safelight.flow.scans.unscanned import Treatment
from safelight.intake.media import Media, Subject
from safelight.intake.queries import counts_between
from safelight.intake.request import IdempotencyKey
from safelight.jobs import queries as jobs
from safelight.jobs.handlers import require_handlers
from safelight.jobs.job import JobState
from safelight.review.queries import find_case
from safelight.settings import Settings, load_settings
from safelight.testing.synthetic import paint
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.keeping import Keeping
from safelight.vault.queries import list_evidence

LISTED = b"benign, listed"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> safelight.Workspace:
    """A workspace with exported keys and a bank that lists one content."""
    monkeypatch.setenv("SAFELIGHT_SCAN_WORKERS", "1")
    safelight.create_workspace(tmp_path / "workspace")
    house = safelight.open_workspace(tmp_path / "workspace")
    desk = KeyDesk(engine=house.engine, keys=house.keys, clock=house.clock, actor=house.actor)
    create_keys(desk)
    to = str(pyrage.x25519.Identity.generate().to_public())
    export_keys(desk, recipients=[to], place=(tmp_path / "copy.age").write_bytes)
    banks.create_bank(house.engine, house.clock, house.actor, name="known")
    entry = NewEntry(signal_type="sha256", value=hashlib.sha256(LISTED).digest())
    banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=[entry])
    return house


def _settings(folder: Path, **more: str) -> Settings:
    return Settings(workspace=folder, **more)


def test_keys_in_kms_need_the_name_of_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="kms_key_id"):
        open_keys(_settings(tmp_path, key_service="aws_kms"))
    assert not open_keys(_settings(tmp_path, key_service="aws_kms", kms_key_id="alias/evidence")).exists()


def test_a_store_is_a_folder_of_the_workspace_or_a_bucket(tmp_path: Path) -> None:
    store = open_blobs(_settings(tmp_path))
    assert isinstance(store, DiskBlobs)
    assert store.folder == tmp_path / "vault"
    bucket = open_blobs(_settings(tmp_path, blob_store="s3://bucket/prefix", blob_store_region="eu-west-1"))
    assert not isinstance(bucket, DiskBlobs)


def test_a_bucket_without_the_extra_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtins.__import__

    def without(name: str, *rest: object, **more: object) -> object:
        if name.endswith("object_store"):
            raise ImportError(name)
        return whole(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InvalidValue, match=r"safelight\[object-store\]"):
        open_blobs(_settings(tmp_path, blob_store="s3://bucket/prefix"))


def test_a_store_that_is_in_use_is_never_made_anew(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    create_blobs(settings, is_used=True)
    with pytest.raises(StoreUnusable):
        list(open_blobs(settings).blob_ids())
    create_blobs(settings, is_used=False)
    assert list(open_blobs(settings).blob_ids()) == []


def test_what_dead_processes_left_in_the_spool_is_swept(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    (folder / "dead").mkdir(parents=True)
    (folder / "dead.lock").touch()
    (folder / "dead" / "file").write_bytes(b"sealed")
    with open_spool(_settings(tmp_path)):
        assert not (folder / "dead").exists()


def test_every_kind_that_comes_again_has_a_handler(house: safelight.Workspace) -> None:
    handlers = job_handlers(house.settings, house.vault, house.actor, lambda _: None, lambda _: None)  # type: ignore[arg-type, return-value]
    require_handlers(
        job_periods().keys()
        | {"scan_kept", "remove_blob", "record_destruction", "deliver_notice", "reopen_overturned"},
        handlers,
    )


def _queue(house: safelight.Workspace, data: bytes) -> None:
    keeping = Keeping(blobs=house.blobs, keys=house.keys, clock=house.clock)
    with house.open_spool() as spool, spool.receive([data], max_bytes=1 << 20) as spooled:
        media = Media(size_bytes=len(data), digests=spooled.digests, arrived_at=house.clock.now())
        accept_scan(
            house.engine, keeping, house.actor, spooled, manifest_of(media, sealed_by=house.actor, subject=None)
        )


def test_a_worker_scans_what_waits_and_seals_what_matches(house: safelight.Workspace) -> None:
    other = io.BytesIO()
    paint(3, width=100, height=80).save(other, "PNG")
    for data in (LISTED, other.getvalue()):
        _queue(house, data)
    said: list[str] = []
    with house.worker(tell=said.append) as worker:
        assert worker.run_due(threading.Event()) > 2
    with read(house.engine) as tx:
        assert [each.size_bytes for each in list_evidence(tx)] == [len(LISTED)]
        assert {state for _, state in jobs.count_jobs(tx)} <= {JobState.DONE, JobState.WAITING}
    assert said == []
    assert len(list(house.blobs.blob_ids())) == 1


def test_media_that_arrives_is_scanned_and_what_matches_opens_a_case(house: safelight.Workspace) -> None:
    said: list[str] = []
    with (
        house.scanner(workers=1) as scanner,
        house.arrivals(scanner, tell=said.append) as arrivals,
        house.open_spool() as spool,
        spool.receive([LISTED], max_bytes=1 << 20) as spooled,
    ):
        key = IdempotencyKey(scope="key 1", key="k")
        arrived = Arrived(spooled=spooled, subject=Subject(id="account 7"), key=key)
        answer = arrivals.take_in(house.actor, arrived)
        assert arrivals.take_in(house.actor, arrived).outcome == answer.outcome
    now = house.clock.now()
    with read(house.engine) as tx:
        case = find_case(tx, answer.case_id)
        counted = counts_between(tx, now - timedelta(hours=2), now + timedelta(hours=1))
    assert (case.about.subject_id, case.item_count) == ("account 7", 1)
    assert [(each.verdict, each.media) for _, each in counted] == [("exact", 1)]
    assert said == []


def test_the_settings_say_what_becomes_of_media_that_cannot_be_scanned(house: safelight.Workspace) -> None:
    settings = house.settings.model_copy(update={"not_scanned_policy": "reject", "max_waiting_media": 7})
    settling = open_settling(settings, house.vault)
    assert settling.policy.treat("crashed") is Treatment.REJECT
    assert (settling.room.most_media, settling.room.most_bytes) == (7, 64 << 30)


def test_a_worker_works_before_there_are_keys(tmp_path: Path) -> None:
    settings = safelight.create_workspace(tmp_path / "workspace")
    assert settings == load_settings(tmp_path / "workspace")
    said: list[str] = []
    house = safelight.open_workspace(tmp_path / "workspace")
    with house, house.worker(tell=said.append) as worker:
        assert worker.run_due() > 0
    assert said == []
