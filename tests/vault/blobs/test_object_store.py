"""What an object store does not do is told without its own words, which may hold a secret."""

from pathlib import Path

import pytest

from safelight.errors import InvalidValue, StoreUnusable
from safelight.vault.blobs.object_store import ObjectStoreBlobs

OPTIONS = {"region": "eu-west-1", "access_key_id": "trial", "secret_access_key": "hidden-secret"}


def test_an_address_or_option_that_is_none_is_refused_without_its_secrets() -> None:
    for address, options in [("nonsense", OPTIONS), ("s3://bucket", OPTIONS | {"colour": "blue"})]:
        with pytest.raises(InvalidValue) as refusal:
            ObjectStoreBlobs(address, options)
        assert "hidden-secret" not in str(refusal.value)


def test_a_store_that_does_not_answer_is_told_and_the_file_stays(tmp_path: Path) -> None:
    store = ObjectStoreBlobs(
        "s3://bucket/prefix", OPTIONS | {"endpoint": "http://127.0.0.1:9"}, is_plain_http=True, most_tries=0
    )
    path = tmp_path / "sealed"
    path.write_bytes(b"sealed")
    with pytest.raises(StoreUnusable, match="s3://bucket/prefix") as refusal:
        store.place("ab" * 16, path)
    assert "hidden-secret" not in str(refusal.value)
    assert path.read_bytes() == b"sealed"
    for call in (
        lambda: list(store.blob_ids()),
        lambda: store.write_ledger("record", b""),
        lambda: list(store.ledger()),
    ):
        with pytest.raises(StoreUnusable):
            call()
