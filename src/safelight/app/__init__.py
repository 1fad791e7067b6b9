"""The composition root: the only place that chooses parts and joins them. What the doors take is named here."""

from safelight.app.lists import open_list_reader, open_list_writer
from safelight.app.opening import create_workspace, current_actor, hash_bytes, open_for_hashing, open_workspace
from safelight.app.parts import open_hashers, open_pool
from safelight.app.scanner import Scanner
from safelight.app.sources import file_stamp, open_source
from safelight.app.workspace import Workspace

__all__ = [
    "Scanner",
    "Workspace",
    "create_workspace",
    "current_actor",
    "file_stamp",
    "hash_bytes",
    "open_for_hashing",
    "open_hashers",
    "open_list_reader",
    "open_list_writer",
    "open_pool",
    "open_source",
    "open_workspace",
]
