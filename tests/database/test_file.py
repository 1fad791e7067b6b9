from pathlib import Path

import pytest

from safelight.database.engine import open_engine
from safelight.database.file import keep_private
from safelight.database.revision import upgrade
from safelight.errors import DatabaseUnusable


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_an_upgrade_makes_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "x.db")
    upgrade(engine)
    engine.dispose()
    assert _mode(tmp_path / "x.db") == 0o600


def test_an_upgrade_closes_a_file_that_others_could_read(tmp_path: Path) -> None:
    for name in ("x.db", "x.db-wal"):
        (tmp_path / name).touch(mode=0o644)
        (tmp_path / name).chmod(0o644)
    keep_private(open_engine(tmp_path / "x.db"))
    assert (_mode(tmp_path / "x.db"), _mode(tmp_path / "x.db-wal")) == (0o600, 0o600)


def test_a_file_that_cannot_be_made_is_told_in_our_words(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="cannot be made"):
        upgrade(open_engine(tmp_path / "nowhere" / "x.db"))
