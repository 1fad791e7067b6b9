"""`safelight scan`."""

import os
import sys
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.markup import escape

from safelight.app import open_source
from safelight.cli import exit_status
from safelight.cli.options import Workspace
from safelight.cli.run import STANDARD_OUTPUT, Job, run_job
from safelight.cli.startup import announce
from safelight.cli.why import explain
from safelight.cli.workspace import open_named
from safelight.errors import UsageError
from safelight.flow.chain import ScanResult


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
    threads = workers or house.settings.resolved_scan_workers
    with house.scanner(bank, workers=threads, threshold=threshold) as scanner:
        snapshot = scanner.snapshot
        if snapshot is None or not snapshot.banks:
            raise UsageError(
                "No enabled bank to match against. See `safelight bank list`; to hash only: safelight hash"
            )
        announce(scanner, house.settings.kernel)
        job = Job(
            source=open_source(house.settings, [os.fsencode(path) for path in paths], sys.stdin.buffer),
            scanner=scanner,
            threads=threads,
            out=json,
            is_resumed=resume,
            show=_show,
        )
        tally, is_complete = run_job(job)
    house.record_scan(against=snapshot.stamp, counts={"files": tally.files, **tally.verdicts})
    _tell(json, f"{tally.files} files: {tally}.", is_complete=is_complete)
    return exit_status.of_counts(tally.matched, tally.not_scanned) if is_complete else exit_status.INTERRUPTED


def _show(result: ScanResult) -> None:
    if result.verdict.value == "no_known_match":
        return
    color = "red" if result.verdict.is_match else "yellow"
    entry = f" [bold]{escape(_entry(result))}[/]" if result.matches else ""
    name = escape(result.name.decode("utf-8", "backslashreplace"))
    Console(highlight=False).print(
        f"[{color}]{result.verdict.value}[/]  {name} {entry}  {escape(explain(result))}", soft_wrap=True
    )


def _entry(result: ScanResult) -> str:
    match = result.matches[0]
    return f"{match.bank_name}/{match.entry_note or match.entry_key or match.entry_id}"


def _tell(json: str | None, counts: str, *, is_complete: bool) -> None:
    console = Console(stderr=json == STANDARD_OUTPUT, highlight=False)
    if is_complete:
        console.print(counts, soft_wrap=True)
    elif json not in {None, STANDARD_OUTPUT}:
        console.print(f"Stopped. So far {counts} To go on, add --resume to the same command.", soft_wrap=True)
    else:
        console.print(f"Stopped. So far {counts} With --json OUT a scan can be resumed.", soft_wrap=True)
