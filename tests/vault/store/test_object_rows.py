"""Stored bytes have one row for each content."""

from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.vault.store import object_rows


def test_content_is_found_by_its_digest_and_added_once(engine: Engine) -> None:
    with write(engine) as tx:
        assert object_rows.find(tx, b"digest") is None
        number = object_rows.add(tx, content_digest=b"digest", blob_id="a" * 32, size_bytes=7)
        assert object_rows.add(tx, content_digest=b"digest", blob_id="b" * 32, size_bytes=7) is None
        assert object_rows.find(tx, b"digest") == object_rows.StoredObject(id=number, blob_id="a" * 32, size_bytes=7)
        assert object_rows.lock(tx, number)
        assert not object_rows.lock(tx, number + 1)
