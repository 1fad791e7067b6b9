"""`safelight init`, and opening the workspace that a command works on."""

from pathlib import Path

from safelight.app import Workspace, create_workspace, open_workspace
from safelight.cli.closing import close_at_end
from safelight.cli.voice import Voice
from safelight.settings import find_workspace


def init(folder: Path = Path("."), /) -> int:
    """Make a workspace, or bring an existing one's database up to date.

    Parameters
    ----------
    folder
        Where it shall be: settings (`safelight.toml`) and, unless set otherwise, the SQLite database.

    """
    settings = create_workspace(folder)
    Voice().say(f"Workspace ready in {settings.workspace}. Next: safelight bank create NAME")
    return 0


def open_named(workspace: Path | None) -> Workspace:
    """Open the workspace that the command line names or stands in; it is closed when the command ends.

    Raises WorkspaceMissing or SettingsInvalid.
    """
    return close_at_end(open_workspace(find_workspace(workspace)))
