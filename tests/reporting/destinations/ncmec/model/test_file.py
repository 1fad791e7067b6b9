"""A hash of a file is for the report, and for no log."""

from safelight.reporting.destinations.ncmec.model.file import OriginalFileHash


def test_a_hash_shows_its_type_alone() -> None:
    assert repr(OriginalFileHash(text="d41d8cd9", hash_type="MD5")) == "OriginalFileHash('MD5')"
