"""Making and opening workspaces."""

import os
import pwd
from pathlib import Path

from safelight.app.evidence_parts import create_blobs
from safelight.app.parts import open_database
from safelight.app.workspace import Workspace
from safelight.clock import Clock, SystemClock
from safelight.database.revision import upgrade
from safelight.database.transaction import read
from safelight.errors import AlreadyExists, WorkspaceMissing
from safelight.hashing.hashed import Hashed
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.settings import FILE_NAME, Settings, find_workspace, is_workspace_named, load_settings
from safelight.vault.backing_up import needed_blobs

_NEW_SETTINGS = """\
# Settings of this Safelight workspace. Every setting and its default: docs/reference/settings.md
# Each can be set here, or as SAFELIGHT_<NAME> in the environment.

# sandbox_rule = "all"   # refuse to decode unless every layer of the sandbox holds
"""


def open_workspace(
    path: str | os.PathLike[str], *, actor: Actor | None = None, clock: Clock | None = None
) -> Workspace:
    """Open the workspace at `path`; the actor is the operating-system user unless another is named.

    Raises WorkspaceMissing or SettingsInvalid. The database is opened, and checked, when it is first needed.
    """
    folder = find_workspace(Path(path))
    return Workspace(settings=load_settings(folder), clock=clock or SystemClock(), actor=actor or current_actor())


def open_for_hashing(named: Path | None = None) -> Workspace:
    """Open the workspace that is named or near; where none is, one of defaults and without a database.

    Raises WorkspaceMissing for one that an option or a variable names: its settings may be walls.
    """
    try:
        folder = find_workspace(named)
    except WorkspaceMissing:
        if is_workspace_named(named):
            raise
        folder = Path.cwd()
    return Workspace(settings=load_settings(folder), clock=SystemClock(), actor=current_actor())


def current_actor() -> Actor:
    """Return the operating-system user, by the user id and not by what the environment says."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # usual in containers
        name = f"uid:{os.getuid()}"
    return Actor(kind=ActorKind.SYSTEM_USER, name=name, permissions=EVERY_PERMISSION)


def hash_bytes(data: bytes) -> Hashed:
    """Hash one media in a worker process that is started for it. For many, use `Workspace.hasher`."""
    with open_for_hashing().hasher(workers=1) as hasher:
        result = hasher.scan_bytes(data)
        return Hashed(answers=result.answers, picture=result.picture)


def create_workspace(path: Path) -> Settings:
    """Make a workspace, or bring an existing one's database up to date. Raises AlreadyExists if `path` is a file."""
    if path.exists() and not path.is_dir():
        raise AlreadyExists(f"{path} is a file. Name a folder for the workspace.")
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (path / FILE_NAME).exists():
        (path / FILE_NAME).write_text(_NEW_SETTINGS, encoding="utf-8")
    settings = load_settings(path)
    engine = open_database(settings)
    upgrade(engine)
    with read(engine) as tx:
        is_used = any(needed_blobs(tx))
    engine.dispose()
    create_blobs(settings, is_used=is_used)
    return settings
