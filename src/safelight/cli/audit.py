"""`safelight audit …`: look into the audit log, check it, and give out what an outsider can check."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safelight.app import Workspace as House
from safelight.audit import queries
from safelight.audit.entry import LARGEST_ENTRY_ID, AuditEntry
from safelight.audit.head import parse_head
from safelight.audit.heading import head_text, note_keys
from safelight.audit.note import parse_key
from safelight.audit.report import LIMITS, Report
from safelight.audit.verifying import verify as verify_log
from safelight.cli.new_file import new_file
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotFound
from safelight.flow import audit_keeping

BROKEN = 1
"""The exit status of `verify` for a log that is not what it was."""

_LONGEST_PAGE = 10_000
_VERIFIER = "verifier.py"
_LONGEST_HEAD = 1 << 20


def verify(
    *,
    head: Annotated[list[Path] | None, Parameter(name="--head", negative="")] = None,
    key: Annotated[list[str] | None, Parameter(name="--key", negative="")] = None,
    workspace: Workspace = None,
) -> int:
    """Check the whole audit log. Exit status: 0, or 1 if anything is not what it was.

    Parameters
    ----------
    head
        A file with a signed head that was kept elsewhere; may be given several times.
    key
        A public key of the log, as `audit head` shows it; without it the installation's own keys are asked.
    workspace
        The workspace folder.

    """
    house = open_named(workspace)
    kept = [_read_head(file) for file in head or []]
    given = [parse_key(text).public_key for text in key or []]
    public_keys = given or house.keys.describe().public_keys
    with read(house.engine) as tx:
        report = verify_log(tx, public_keys=public_keys, kept_heads=kept)
    _tell(report)
    return 0 if report.is_sound else BROKEN


def show(
    *,
    target: Annotated[str | None, Parameter(help="Only entries about this, such as evidence:4711.")] = None,
    after: Annotated[int, Parameter(help="Show the entries that follow this one.")] = 0,
    limit: Annotated[int, Parameter(help="How many entries to show.")] = 100,
    workspace: Workspace = None,
) -> int:
    """Show entries, oldest first: who did what to which, when and why. Times are UTC."""
    if not (1 <= limit <= _LONGEST_PAGE and 0 <= after <= LARGEST_ENTRY_ID):
        raise InvalidValue(f"A page has 1 to {_LONGEST_PAGE} entries, and entries are counted from 1.")
    with read(open_named(workspace).engine) as tx:
        page = queries.page_entries(tx, after_id=after, limit=limit, target=target)
    table = new_table("entry", "time", "who", "did", "to", "why", "details")
    for entry in page:
        table.add_row(*_cells(entry))
    voice = Voice()
    voice.print(table)
    if len(page) == limit:
        voice.say(f"More: safelight audit show --after {page[-1].id}")
    return 0


def head(
    *,
    out: Annotated[Path | None, Parameter(help="Where to; it must not exist. Otherwise it is printed.")] = None,
    workspace: Workspace = None,
) -> int:
    """Sign the state of the log as it is now. Keep it on another machine: it fixes the past from now on."""
    house = open_named(workspace)
    note = audit_keeping.sign_head_now(house.engine, house.clock, house.keys, house.actor)
    voice = Voice()
    if out is None:
        voice.say(note.rstrip("\n"))
        return 0
    with new_file(out) as file:
        file.write(note.encode())
    voice.say(f"Head of {parse_head(head_text(note)).size} entries written to {out}. Keep it on another machine.")
    _tell_keys(house)
    return 0


def export(
    out: Path,
    /,
    *,
    with_verifier: Annotated[bool, Parameter(negative="")] = False,
    workspace: Workspace = None,
) -> int:
    """Write the whole log as lines of JSON, under a head that is signed now.

    Parameters
    ----------
    out
        Where to; it must not exist. Only its owner may read it: it holds names and reasons.
    with_verifier
        Put the verifier beside it (verifier.py): a page of Python that checks the export without Safelight.
    workspace
        The workspace folder.

    """
    house = open_named(workspace)
    with new_file(out) as file:
        audit_keeping.export_log(house.engine, house.clock, house.keys, house.actor, file=file)
    voice = Voice()
    voice.say(f"The audit log is in {out}.")
    if with_verifier:
        with new_file(out.parent / _VERIFIER) as file:
            file.write((files("safelight.audit") / _VERIFIER).read_bytes())
        voice.say(f"To check it: python {_VERIFIER} {out.name} --key VKEY")
    _tell_keys(house)
    return 0


def prove(
    entry: int,
    /,
    *,
    out: Annotated[Path | None, Parameter(help="Where to; it must not exist. Otherwise it is printed.")] = None,
    workspace: Workspace = None,
) -> int:
    """Prove that an entry is in the log, without showing any other entry. The verifier checks it (--proof)."""
    if not 1 <= entry <= LARGEST_ENTRY_ID:
        raise InvalidValue("Entries are counted from 1.")
    house = open_named(workspace)
    proof = audit_keeping.prove_entry_now(house.engine, house.clock, house.keys, house.actor, entry_id=entry)
    text = json.dumps(proof)
    if out is None:
        Voice().say(text)
        return 0
    with new_file(out) as file:
        file.write(text.encode() + b"\n")
    Voice().say(f"Proof of entry {entry} written to {out}.")
    return 0


def _read_head(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_LONGEST_HEAD).decode("utf-8", "replace")
    except OSError as error:
        raise NotFound(f"The kept head {file} cannot be opened: {error.strerror}.") from error


def _tell(report: Report) -> None:
    voice = Voice()
    voice.say(
        f"{report.size} entries in the log, {report.heads} signed heads and {report.kept_heads} kept heads fit, "
        f"{report.erased} records erased."
    )
    if report.waiting:
        since = f", the oldest since {_moment(report.waiting_since)}" if report.waiting_since is not None else ""
        voice.say(f"{report.waiting} entries wait for their place in the log{since}: no head covers them.")
    if report.unused_count:
        voice.say(
            f"{report.unused_count} numbers belong to no entry ({_runs(report.unused)}): transactions that were undone "
            "leave such gaps, and so would an entry that was removed before it had its place in the log."
        )
    for fault in report.faults:
        voice.say(f"{fault.kind.value}: {printable(fault.text.encode('utf-8', 'replace'))}")
    if report.fault_count > len(report.faults):
        voice.say(f"… and {report.fault_count - len(report.faults)} faults more.")
    voice.say("The log holds." if report.is_sound else f"THE LOG DOES NOT HOLD: {report.fault_count} faults.")
    voice.say(LIMITS)


def _runs(runs: Sequence[tuple[int, int]]) -> str:
    return ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in runs)


def _moment(microseconds: int) -> str:
    try:
        moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)
    except OverflowError:
        return "a time that no calendar has"
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    told = "" if entry.details is None else ", ".join(f"{name}={value}" for name, value in entry.details.items())
    texts = (entry.actor.name, entry.verb, entry.target, "(erased)" if entry.reason is None else entry.reason, told)
    shown = [printable(text.encode("utf-8", "replace")) for text in texts]
    return (str(entry.id), f"{entry.at:%Y-%m-%d %H:%M:%S}", *shown)


def _tell_keys(house: House) -> None:
    with read(house.engine) as tx:
        for key in note_keys(tx, house.keys.describe().public_keys):
            Voice().say(f"Public key of the log: {key}")
