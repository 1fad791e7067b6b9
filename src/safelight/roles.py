"""Who acts, and the list of permissions (`resource:verb`)."""

from dataclasses import dataclass, field
from enum import StrEnum

from safelight.errors import NotAllowed


class ActorKind(StrEnum):
    """What sort of thing an actor is."""

    PERSON = "person"
    SERVICE = "service"
    SYSTEM_USER = "system_user"


class Permission(StrEnum):
    """What an actor may be allowed to do. Roles (`safelight.access.role`) are sets of these."""

    BANK_READ = "bank:read"
    BANK_WRITE = "bank:write"
    BANK_EXPORT = "bank:export"
    ENTRY_VALUE = "entry:value"  # to be shown listed values
    SIGNAL_LOOKUP = "signal:lookup"  # to match signals without their media
    MATCH_DISTANCE = "match:distance"  # to be told how near a match is
    MATCH_NEAR_MISS = "match:near_miss"  # to be told what was near and is no match
    MEDIA_HASH = "media:hash"
    MEDIA_SCAN = "media:scan"
    CASE_READ = "case:read"
    CASE_WRITE = "case:write"
    CASE_DECIDE = "case:decide"  # to claim and decide, as first or second reader
    CASE_LEAD = "case:lead"  # to decide where readers are unsure or disagree
    FLAG_WRITE = "flag:write"  # to hand in complaints
    EVIDENCE_READ = "evidence:read"  # to be shown what there is, without its media
    EVIDENCE_SEAL = "evidence:seal"
    EVIDENCE_REVIEW = "evidence:review"
    EVIDENCE_REPORT = "evidence:report"
    EVIDENCE_HAND_OVER = "evidence:hand_over"
    EVIDENCE_CHECK = "evidence:check"
    EXPOSURE_TEAM = "exposure:team"  # to be told the sums of all together, never of one
    EXPOSURE_WRITE = "exposure:write"  # to set others' limits and to grant lifts; nobody's own
    HOLD_READ = "hold:read"
    HOLD_WRITE = "hold:write"
    HOLD_RELEASE = "hold:release"
    NOTICE_READ = "notice:read"
    NOTICE_WRITE = "notice:write"
    SPOOL_WRITE = "spool:write"
    DESTINATION_WRITE = "destination:write"  # to say where reports go, with what lets in there
    REPORT_READ = "report:read"
    REPORT_WRITE = "report:write"
    REPORT_APPROVE = "report:approve"  # to let reports go to authorities, and to give them up
    OUTCOME_READ = "outcome:read"
    OUTCOME_WRITE = "outcome:write"
    ACTION_WRITE = "action:write"  # to tell what the platform did
    AUDIT_READ = "audit:read"
    JOB_READ = "job:read"
    JOB_WRITE = "job:write"
    METRICS_READ = "metrics:read"
    ACCESS_READ = "access:read"
    ACCESS_WRITE = "access:write"
    KEY_WRITE = "key:write"
    BACKUP_WRITE = "backup:write"


EVERY_PERMISSION = frozenset(Permission)
"""What who runs the machine may do: the command line's user has the key file and the database in hand anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person or service that acts. The command line's actor is the operating-system user.

    What an actor may do says nothing of who it is: the same one read back from a record is equal to it. `bank_names`
    are the only banks that it may use, None every one; ask `require_bank`. `key_id` is the number of the API key by
    which a service acts: a name may come again, a number never does.
    """

    kind: ActorKind
    name: str
    permissions: frozenset[Permission] = field(default=frozenset(), compare=False)
    bank_names: frozenset[str] | None = field(default=None, compare=False)
    key_id: int | None = field(default=None, compare=False)


def require_permission(actor: Actor, permission: Permission) -> None:
    """Raise `NotAllowed` unless the actor has the permission."""
    if permission not in actor.permissions:
        raise NotAllowed(f"{actor.name} may not do this: it takes the permission {permission.value}.")


def may_use_bank(actor: Actor, name: str) -> bool:
    """Whether the actor may use a bank, upper and lower case of its name aside."""
    return actor.bank_names is None or name.casefold() in {each.casefold() for each in actor.bank_names}


def require_bank(actor: Actor, name: str) -> str:
    """Return the name of a bank, once it is known that the actor may use it. Whether there is one, this does not say.

    Raises `NotAllowed`.
    """
    if not may_use_bank(actor, name):
        raise NotAllowed(f"{actor.name} may not use the bank {name!r}: its API key is for other banks alone.")
    return name
