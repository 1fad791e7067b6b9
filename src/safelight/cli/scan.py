"""`safelight scan`."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter

from safelight.app import Workspace as House
from safelight.cli import exit_status
from safelight.cli.options import Workspace
from safelight.cli.reasons import tell_reasons
from safelight.cli.run import Job, run_job
from safelight.cli.sink import STANDARD_OUTPUT
from safelight.cli.source import source_of
from safelight.cli.startup import announce
from safelight.cli.tally import Tally
from safelight.cli.voice import Voice, printable, warn
from safelight.cli.workspace import open_named
from safelight.errors import DatabaseUnusable, UsageError
from safelight.flow.banks.flood_watch import Quarantined
from safelight.flow.chain import ScanResult
from safelight.matching.match import Verdict


def scan(
    *paths: str,
    bank: Annotated[list[str] | None, Parameter(name="--bank", negative="")] = None,
    json: Annotated[str | None, Parameter(name="--json")] = None,
    resume: Annotated[bool, Parameter(negative="")] = False,
    threshold: int | None = None,
    workers: int | None = None,
    workspace: Workspace = None,
) -> int:
    """Match files against banks. Exit status: 0 neither, 1 matched, 2 something not scanned, 3 both.

    Parameters
    ----------
    paths
        Files and folders; - is standard input.
    bank
        A bank to match against; may be given several times. Without it: every enabled bank.
    json
        Write one JSON line a file, and a summary, to this file (- for standard output).
    resume
        Go on with the file of --json: what did not change is not hashed again.
    threshold
        Bits at or under which PDQ matches, for this scan, instead of the banks' own.
    workers
        Worker processes; without it as the settings say.
    workspace
        The workspace folder.

    """
    if not paths:
        raise UsageError("Nothing to scan. Name files or folders: safelight scan PATH… --bank NAME")
    house = open_named(workspace)
    with house.scanner(bank, workers=workers, threshold=threshold, tell=warn) as scanner:
        job = Job(
            source=source_of(house, paths),
            scanner=scanner,
            threads=workers or house.settings.resolved_scan_workers,
            out=json,
            is_resumed=resume,
            show=_show,
        )
        announce(scanner, house.settings.kernel)
        house.record_scan("begin_scan", against=job.against, counts={})
        outcome = run_job(job)
    tally = outcome.tally
    _tell(json, f"{tally.files} files: {tally}.", is_complete=outcome.is_complete)
    _tell_quarantined(outcome.quarantined)
    _record(house, tally)
    return exit_status.of_counts(tally.matched, tally.not_scanned) if outcome.is_complete else exit_status.INTERRUPTED


def _record(house: House, tally: Tally) -> None:
    """Record what the scan counted. That it took place is recorded already, so a fault here takes no finding back."""
    try:
        house.record_scan("scan_media", against=tally.against, counts={"files": tally.files, **tally.verdicts})
    except DatabaseUnusable as error:
        Voice(stderr=True).say(f"The results are complete, but their counts could not be put on record: {error}")


def _tell_quarantined(quarantined: Sequence[Quarantined]) -> None:
    if quarantined:
        named = ", ".join(f"{each.bank_name} {each.entry_id}" for each in quarantined)
        warn(
            f"Into quarantine during this scan: {named}. What these match is counted and withheld. Look at them with "
            "`safelight bank quarantined`."
        )


def _show(result: ScanResult) -> None:
    if result.verdict is Verdict.NO_KNOWN_MATCH and not result.withheld:
        return
    entry = f"  {_entry(result)}" if result.matches else ""
    text = f"{result.verdict.value}  {printable(result.name)}{entry}  {tell_reasons(result)}"
    Voice().say(text, style="red" if result.verdict.is_match else "yellow")


def _entry(result: ScanResult) -> str:
    match = result.matches[0]
    return f"{match.bank_name}/{match.entry_note or match.entry_key or match.entry_id}"


def _tell(json: str | None, counts: str, *, is_complete: bool) -> None:
    voice = Voice(stderr=json == STANDARD_OUTPUT)
    if is_complete:
        voice.say(counts)
    elif json not in {None, STANDARD_OUTPUT}:
        voice.say(f"Stopped. So far {counts} To go on, add --resume to the same command.")
    else:
        voice.say(f"Stopped. So far {counts} With --json OUT a scan can be resumed.")
