"""Every place of sealed bytes keeps the same promises: a folder, and an object store (moto's stand-in for S3)."""

import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from safelight.errors import BlobMissing, EvidenceDamaged, StoreUnusable
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.blobs.interface import BlobStore
from safelight.vault.blobs.object_store import ObjectStoreBlobs

STORES = ["disk", "object_store"]
OPTIONS = {"region": "eu-west-1", "access_key_id": "trial", "secret_access_key": "trial"}


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Run one stand-in for S3, with a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3", region_name="eu-west-1", endpoint_url=endpoint, aws_access_key_id="trial", aws_secret_access_key="trial"
    )
    client.create_bucket(Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    client.close()
    yield endpoint
    server.stop()


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    """Be one store, empty."""
    if request.param == "disk":
        disk = DiskBlobs(tmp_path / "store")
        disk.create()
        return disk
    endpoint = request.getfixturevalue("endpoint")
    prefix = uuid.uuid4().hex
    return ObjectStoreBlobs(f"s3://evidence/{prefix}", OPTIONS | {"endpoint": endpoint}, is_plain_http=True)


def new_file(folder: Path, data: bytes) -> Path:
    path = folder / uuid.uuid4().hex
    path.write_bytes(data)
    return path


def new_id() -> str:
    return uuid.uuid4().hex


@pytest.mark.parametrize("size_bytes", [1, 4321, (9 << 20) + 3])
def test_a_placed_file_is_gone_here_and_read_there_by_range(store: BlobStore, tmp_path: Path, size_bytes: int) -> None:
    data, blob_id = os.urandom(size_bytes), new_id()
    path = new_file(tmp_path, data)
    store.place(blob_id, path)
    assert not path.exists()
    with store.open(blob_id) as blob:
        assert blob.size_bytes == size_bytes
        assert blob.read(0, size_bytes + 10) == data
        assert blob.read(size_bytes // 2, 7) == data[size_bytes // 2 :][:7]
        assert blob.read(size_bytes, 7) == b""
        buffer = bytearray(9)
        assert blob.read_into(size_bytes - 1, memoryview(buffer)) == 1
        assert buffer[:1] == data[-1:]


def test_placing_again_after_it_was_done_changes_nothing(store: BlobStore, tmp_path: Path) -> None:
    blob_id, path = new_id(), new_file(tmp_path, b"sealed")
    store.place(blob_id, path)
    store.place(blob_id, path)
    with store.open(blob_id) as blob:
        assert blob.read(0, 10) == b"sealed"


def test_placing_a_file_that_is_nowhere_is_told(store: BlobStore, tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable):
        store.place(new_id(), tmp_path / "nothing")
    assert list(store.blob_ids()) == []


def test_a_blob_that_is_not_there_is_missing(store: BlobStore) -> None:
    with pytest.raises(BlobMissing, match="fsck"), store.open(new_id()):
        pass
    assert issubclass(BlobMissing, EvidenceDamaged)


def test_a_blob_that_is_removed_while_it_is_read_gives_no_more_or_goes_on(store: BlobStore, tmp_path: Path) -> None:
    blob_id = new_id()
    store.place(blob_id, new_file(tmp_path, b"sealed"))
    with store.open(blob_id) as blob:
        store.remove(blob_id)
        with suppress(BlobMissing):
            assert blob.read(0, 6) == b"sealed"


def test_removing_twice_is_removing_once(store: BlobStore, tmp_path: Path) -> None:
    blob_id, other = new_id(), new_id()
    for name in (blob_id, other):
        store.place(name, new_file(tmp_path, b"sealed"))
    assert store.remove(blob_id)
    assert not store.remove(blob_id)
    assert list(store.blob_ids()) == [other]


def test_every_blob_is_listed_once_and_no_record_among_them(store: BlobStore, tmp_path: Path) -> None:
    blob_ids = {new_id() for _ in range(30)}
    for blob_id in blob_ids:
        store.place(blob_id, new_file(tmp_path, b"sealed"))
    store.write_ledger(new_id(), b"record")
    assert sorted(store.blob_ids()) == sorted(blob_ids)


def test_a_record_is_written_once_and_never_changed(store: BlobStore) -> None:
    name = new_id()
    assert store.write_ledger(name, b"first")
    assert not store.write_ledger(name, b"second")
    assert store.write_ledger("another-one.1", b"third")
    assert dict(store.ledger()) == {name: b"first", "another-one.1": b"third"}


@pytest.mark.parametrize("blob_id", ["", "../../etc/passwd", "AB" * 16, "a" * 31, "a" * 33])
def test_what_is_no_blob_id_reaches_no_store(store: BlobStore, tmp_path: Path, blob_id: str) -> None:
    with pytest.raises(ValueError, match="32 hexadecimal"):
        store.place(blob_id, new_file(tmp_path, b"sealed"))
    with pytest.raises(ValueError, match="32 hexadecimal"):
        store.remove(blob_id)


@pytest.mark.parametrize("name", ["", "..", "a/b/c/d", "../../record"])
def test_what_is_no_name_of_a_record_reaches_no_store(store: BlobStore, name: str) -> None:
    with pytest.raises(ValueError, match="ledger record's name"):
        store.write_ledger(name, b"record")


def test_a_bucket_that_is_not_there_is_told_and_the_file_stays(endpoint: str, tmp_path: Path) -> None:
    store = ObjectStoreBlobs("s3://no-such-bucket", OPTIONS | {"endpoint": endpoint}, is_plain_http=True)
    path = new_file(tmp_path, b"sealed")
    with pytest.raises(StoreUnusable):
        store.place(new_id(), path)
    assert path.exists()
