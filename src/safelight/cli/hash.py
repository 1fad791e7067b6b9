"""`safelight hash`."""

from typing import Annotated

from cyclopts import Parameter

from safelight.app import open_for_hashing
from safelight.cli import exit_status
from safelight.cli.options import Workspace
from safelight.cli.run import Job, run_job
from safelight.cli.source import source_of
from safelight.cli.startup import announce
from safelight.cli.voice import Voice, printable
from safelight.errors import UsageError
from safelight.flow.chain import ScanResult
from safelight.hashing.signal import Signal


def hash_media(
    *paths: str,
    json: Annotated[str | None, Parameter(name="--json")] = None,
    resume: Annotated[bool, Parameter(negative="")] = False,
    workers: int | None = None,
    workspace: Workspace = None,
) -> int:
    """Print the signals of files. Needs no workspace. Exit status: 0, or 2 if something could not be hashed.

    Parameters
    ----------
    paths
        Files and folders; - is standard input.
    json
        Write one JSON line a file, and a summary, to this file (- or nothing for standard output).
    resume
        Go on with the file of --json: what did not change is not hashed again.
    workers
        Worker processes; without it as the settings say.
    workspace
        The workspace whose settings count; without one, the defaults.

    """
    if not paths:
        raise UsageError("Nothing to hash. Name files or folders: safelight hash PATH…")
    house = open_for_hashing(workspace)
    with house.hasher(workers) as hasher:
        announce(hasher, house.settings.kernel)
        job = Job(
            source=source_of(house, paths),
            scanner=hasher,
            threads=workers or house.settings.resolved_scan_workers,
            out=json,
            is_resumed=resume,
            show=_show,
        )
        outcome = run_job(job)
    if not outcome.is_complete:
        return exit_status.INTERRUPTED
    return exit_status.of_counts(0, outcome.tally.not_hashed)


def _show(result: ScanResult) -> None:
    voice = Voice()
    voice.say(printable(result.name), style="bold")
    for answer in result.answers:
        frame = "" if answer.frame is None else f" frame {answer.frame}"
        quality = "" if answer.quality is None else f" quality {answer.quality}"
        said = answer.value.hex() if isinstance(answer, Signal) else f"{answer.reason.value}: {answer.detail}"
        voice.say(f"  {answer.type.value:<7}{said}{quality}{frame}")
