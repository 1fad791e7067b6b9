"""`safelight db upgrade` and `safelight db check`."""

from safelight.app.parts import open_database
from safelight.cli import exit_status
from safelight.cli.options import Workspace
from safelight.cli.voice import Voice
from safelight.clock import SystemClock
from safelight.database.checking import check_database
from safelight.database.revision import REVISIONS, is_current, upgrade
from safelight.settings import find_workspace, load_settings


def upgrade_database(*, workspace: Workspace = None) -> int:
    """Bring the database up to this program's version. There is no way back: make a backup first.

    Stop every other process of the workspace before; those of an older Safelight refuse the database after.

    Parameters
    ----------
    workspace
        The workspace folder.

    """
    engine = open_database(load_settings(find_workspace(workspace)))
    was_current = is_current(engine)
    upgrade(engine)
    told = "was up to date already" if was_current else "is up to date now"
    Voice().say(f"The database {told}: its tables are version {REVISIONS[-1]}.")
    return exit_status.NOTHING


def check(*, workspace: Workspace = None) -> int:
    """Look whether the database is whole: version, tables, pages, references, clock. It changes nothing.

    Exit status: 0, or 69 if anything is wrong. The sealed bytes are checked by `safelight evidence fsck`, the audit log
    by `safelight audit verify`.

    Parameters
    ----------
    workspace
        The workspace folder.

    """
    voice = Voice()
    findings = check_database(open_database(load_settings(find_workspace(workspace))), SystemClock())
    for finding in findings:
        voice.say(f"{finding.name:<10} {finding.told}")
        for fault in finding.faults:
            voice.say(f"{'':<10} FAULT: {fault}")
    return exit_status.UNAVAILABLE if any(finding.faults for finding in findings) else exit_status.NOTHING
