"""`safelight evidence list` and `show`: facts, holds and custody; the manifest where it is opened."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from cyclopts import Parameter

from safelight.app import Workspace as House
from safelight.audit.entry import AuditEntry
from safelight.cli.bank_entry import Reason
from safelight.cli.moments import minute
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.flow.evidence.manifests import read_manifest
from safelight.vault.holding import holds_of
from safelight.vault.listing import EvidenceFacts, EvidenceState
from safelight.vault.purpose import Purpose
from safelight.vault.queries import custody, find_evidence, list_evidence

_MOST_DAYS = 36_525


def list_all(
    *,
    state: Annotated[Literal["living", "destroyed"] | None, Parameter(help="Only what is in this state.")] = None,
    ending: Annotated[int | None, Parameter(help="Only what has no hold any more in so many days.")] = None,
    after: Annotated[str | None, Parameter(help="Show what follows this evidence.")] = None,
    limit: Annotated[int, Parameter(help="How many to show.")] = 100,
    workspace: Workspace = None,
) -> int:
    """List evidence, the oldest first, with what keeps it and until when. Times are UTC."""
    if ending is not None and not 0 <= ending <= _MOST_DAYS:
        raise InvalidValue(f"--ending takes 0 to {_MOST_DAYS} days.")
    house = open_named(workspace)
    now = house.clock.now()
    before = None if ending is None else now + timedelta(days=ending)
    with read(house.engine) as tx:
        found = list_evidence(
            tx, after_id=after, limit=limit, state=state and EvidenceState(state), ending_before=before
        )
    table = new_table("evidence", "sealed", "bytes", "state", "holds", "kept until", whole=("evidence",))
    for facts in found:
        table.add_row(facts.id, minute(facts.sealed_at), str(facts.size_bytes), *_kept(facts, now))
    Voice().print(table)
    if len(found) == limit:
        Voice().say(f"More: safelight evidence list --after {found[-1].id}")
    return 0


def show(
    evidence: str,
    /,
    *,
    manifest: Annotated[
        bool, Parameter(negative="", help="Open the manifest too. Takes --reason; is recorded.")
    ] = False,
    purpose: Annotated[Literal["review", "report"], Parameter(help="What the manifest is opened for.")] = "review",
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Show one piece of evidence: facts, holds and custody. Nothing of the media is ever shown."""
    house = open_named(workspace)
    # Opened first, so that the custody below shows the opening.
    opened = _open_manifest(house, evidence, Purpose(purpose), reason) if manifest else None
    now = house.clock.now()
    with read(house.engine) as tx:
        facts, holds = find_evidence(tx, evidence), holds_of(tx, evidence)
        _tell_facts(facts, now)
        table = new_table("hold", "kind", "from", "until", "released")
        for hold in holds:
            until, released = minute(hold.until_at, "open"), minute(hold.released_at, "")
            table.add_row(str(hold.id), hold.kind.value, minute(hold.from_at), until, released)
        Voice().print(table)
        acts = new_table("entry", "time", "who", "what", "why", "details")
        for entry in custody(tx, evidence):
            acts.add_row(*_cells(entry))
        Voice().print(acts)
    if opened is not None:
        Voice().say(opened)
    return 0


def _open_manifest(house: House, evidence_id: str, purpose: Purpose, reason: str) -> str:
    text = read_manifest(house.engine, house.vault, house.actor, evidence_id, purpose=purpose, reason=reason)
    # Characters that a terminal would obey are written as escapes: names in a manifest come from whoever uploads.
    return "\n".join(printable(line.encode()) for line in text.splitlines())


def _tell_facts(facts: EvidenceFacts, now: datetime) -> None:
    voice = Voice()
    state, _, until = _kept(facts, now)
    voice.say(f"Evidence {facts.id}: {state}")
    voice.say(f"  sealed {minute(facts.sealed_at)} UTC, {facts.size_bytes} bytes")
    if facts.destroyed_at is not None:
        voice.say(f"  destroyed {minute(facts.destroyed_at)} UTC: its key is gone, and nobody can read it")
    else:
        voice.say(f"  kept until: {until}")


def _kept(facts: EvidenceFacts, now: datetime) -> Sequence[str]:
    """Return the state, the number of holds, and until when it is kept, in words."""
    if facts.destroyed_at is not None:
        return facts.state.value, str(facts.holds), ""
    if facts.is_open_ended:
        return facts.state.value, str(facts.holds), "open"
    if facts.kept_until is None:
        return facts.state.value, "0", "nothing keeps it"
    is_over = "" if facts.is_held(now) else " (over)"
    return facts.state.value, str(facts.holds), f"{minute(facts.kept_until)}{is_over}"


def _cells(entry: AuditEntry) -> Sequence[str]:
    details = "(erased)" if entry.details is None else ", ".join(f"{key}={each}" for key, each in entry.details.items())
    texts = (entry.actor.name, entry.verb, "(erased)" if entry.reason is None else entry.reason, details)
    return (
        str(entry.id),
        f"{entry.at:%Y-%m-%d %H:%M:%S}",
        *(printable(text.encode("utf-8", "replace")) for text in texts),
    )
