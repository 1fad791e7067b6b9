"""`safelight init`, and opening the workspace that a command works on."""

from pathlib import Path

from rich.console import Console

from safelight.app import Workspace, create_workspace, open_workspace
from safelight.errors import WorkspaceMissing
from safelight.settings import find_workspace


def init(folder: Path = Path("."), /) -> int:
    """Make a workspace, or bring an existing one's database up to date.

    Parameters
    ----------
    folder
        Where it shall be: settings (`safelight.toml`) and, unless set otherwise, the SQLite database.

    """
    settings = create_workspace(folder)
    Console().print(f"Workspace ready in {settings.workspace}. Next: safelight bank create NAME", soft_wrap=True)
    return 0


def open_named(workspace: Path | None) -> Workspace:
    """Open the workspace that the command line names or stands in. Raises WorkspaceMissing or SettingsInvalid."""
    return open_workspace(find_workspace(workspace))


def open_for_hashing(workspace: Path | None) -> Workspace:
    """Open a workspace as `open_named` does, or, where none is named or near, one of defaults without a database."""
    try:
        return open_named(workspace)
    except WorkspaceMissing:
        if workspace is not None:
            raise
        return open_workspace(Path.cwd())
