"""`safelight evidence …`: preserve by hand, hand over, check."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safelight.app import Workspace as House
from safelight.cli.bank_entry import Reason
from safelight.cli.options import Workspace
from safelight.cli.result_file import Record
from safelight.cli.sink import open_sink
from safelight.cli.source import source_of
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.errors import InvalidValue
from safelight.flow.evidence.checking import check_vault
from safelight.flow.evidence.handing_over import hand_over
from safelight.flow.installation import Installation
from safelight.flow.scans.sealing_arrivals import Context, SealingDesk, seal_arrival
from safelight.vault.finding import Finding
from safelight.vault.hand_over import HandOver

FOUND = 1
"""The exit status of `fsck` where it found something."""


def seal(
    *files: str,
    subject: Annotated[str, Parameter(help="The account that it is about, by the platform's own id.")] = "",
    content_id: Annotated[str, Parameter(help="The platform's own id of the content; for one file.")] = "",
    media_type: Annotated[str, Parameter(help="The media type, such as image/jpeg, if it is known.")] = "",
    note: Annotated[list[str] | None, Parameter(negative="", help="What else must be known. Can be repeated.")] = None,
    workspace: Workspace = None,
) -> int:
    """Seal files as evidence, held under review; `-` is standard input. The files themselves stay as they are."""
    if not files:
        raise InvalidValue("Name what is to be sealed: files, or - for standard input.")
    if content_id and len(files) > 1:
        raise InvalidValue("--content-id is of one file: seal the others by themselves.")
    house = open_named(workspace)
    context = Context(subject_id=subject, content_id=content_id, media_type=media_type, notes=tuple(note or ()))
    with house.open_spool() as spool:
        desk = SealingDesk(
            engine=house.engine,
            vault=house.vault,
            spool=spool,
            actor=house.actor,
            max_bytes=house.settings.max_spool_mib << 20,
        )
        for arrival in source_of(house, files).arrivals():
            try:
                evidence = seal_arrival(desk, arrival, context)
            except InvalidValue as error:
                raise InvalidValue(f"{printable(arrival.name)}: {error} What is listed above it is sealed.") from error
            Voice().say(f"{evidence.id}  {evidence.size_bytes} bytes  {printable(arrival.name)}")
    return 0


def export(
    *evidence: str,
    out: Annotated[Path, Parameter(help="The new file. It never replaces another.")],
    to: Annotated[
        list[str] | None,
        Parameter(negative="", help="Who can open it: age1…, 'ssh-ed25519 …' or 'ssh-rsa …'. Can be repeated."),
    ] = None,
    for_: Annotated[str, Parameter(name="--for", help="To whom it is handed over, by name.")] = "",
    legal_basis: Annotated[str, Parameter(help="The law, warrant or order that demands or allows it.")] = "",
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Hand evidence over: bytes, manifest, custody, hashes and proofs, in one file that only recipients can open."""
    house = open_named(workspace)
    asked = HandOver(
        evidence_ids=evidence, recipients=tuple(to or ()), recipient_name=for_, legal_basis=legal_basis, reason=reason
    )
    done = hand_over(_installation(house), house.actor, asked, out)
    voice = Voice()
    voice.say(f"Bundle {done.bundle_id} written to {out}: {len(evidence)} pieces of evidence, {done.size_bytes} bytes.")
    voice.say(f"SHA-256 of the file: {done.sha256.hex()}")
    voice.say(
        "Tell the recipient this, and the log's public key (`safelight audit head`), by another way than the file."
    )
    return 0


def fsck(
    *,
    quick: Annotated[
        bool, Parameter(negative="", help="Open nothing: rows, sizes, holds and the ledger only.")
    ] = False,
    remove_orphans: Annotated[
        bool, Parameter(negative="", help="Remove sealed files without a row that a check noted at least a day ago.")
    ] = False,
    json: Annotated[str | None, Parameter(name="--json", help="Findings as JSON Lines into a file, or - .")] = None,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Check every piece of evidence. Exit status: 0, or 1 if anything is wrong. Nothing is repaired.

    Without --quick every byte is read, and each evidence's custody says so, with your name and the reason.
    """
    house = open_named(workspace)
    findings = check_vault(
        _installation(house), house.actor, reason=reason, opens=not quick, removes_unknown=remove_orphans
    )
    voice, count = Voice(stderr=json == "-"), 0
    with open_sink(json) as sink:
        for finding in findings:
            count += 1
            sink.append(_record(finding))
            if json is None:
                _tell(voice, finding)
        sink.finish({"findings": count})
    voice.say(f"{count} findings." if count else "The vault is sound.")
    return FOUND if count else 0


def _record(finding: Finding) -> Record:
    told = {"finding": finding.kind.value, "subject": finding.subject, "detail": finding.detail}
    return told | {"meaning": finding.meaning, "advice": finding.advice}


def _tell(voice: Voice, finding: Finding) -> None:
    detail = f" ({finding.detail})" if finding.detail else ""
    voice.say(f"{finding.kind.value}: {finding.subject}{detail}")
    voice.say(f"  {finding.meaning} {finding.advice}")


def _installation(house: House) -> Installation:
    return Installation(engine=house.engine, blobs=house.blobs, keys=house.keys, clock=house.clock)
