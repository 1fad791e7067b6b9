"""The file of a SQLite database: never made by mere looking, and for its owner alone."""

import os
from pathlib import Path

from safelight.database.engine import Engine
from safelight.errors import DatabaseUnusable

_COMPANIONS = ("", "-wal", "-shm")
_OTHERS = 0o077


def keep_private(engine: Engine) -> None:
    """Make the file of a SQLite database if there is none; only its owner may read it, whatever it was before.

    Raises `DatabaseUnusable`. A database on a server is left to its own rights.
    """
    if engine.dialect.name != "sqlite":
        return
    path = Path(str(engine.url.database))
    try:
        # SQLite itself would make it for others to read, and gives its companions the rights that the file has.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        for name in _COMPANIONS:
            _close_to_others(Path(f"{path}{name}"))
    except OSError as error:
        raise DatabaseUnusable(
            f"The database file {path} cannot be made, or cannot be closed to other users: {error.strerror}. Nothing "
            "was changed. Check its folder, its owner and its rights."
        ) from error


def _close_to_others(path: Path) -> None:
    if path.exists() and path.stat().st_mode & _OTHERS:
        path.chmod(0o600)
