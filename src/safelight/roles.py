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
    """What an actor may be allowed to do. Sign-in and editable roles that grant these come with the service."""

    BANK_READ = "bank:read"
    BANK_WRITE = "bank:write"
    BANK_EXPORT = "bank:export"
    MEDIA_SCAN = "media:scan"
    EVIDENCE_SEAL = "evidence:seal"
    EVIDENCE_REVIEW = "evidence:review"
    EVIDENCE_REPORT = "evidence:report"
    EVIDENCE_HAND_OVER = "evidence:hand_over"
    EVIDENCE_CHECK = "evidence:check"
    HOLD_WRITE = "hold:write"
    HOLD_RELEASE = "hold:release"
    AUDIT_READ = "audit:read"
    JOB_WRITE = "job:write"
    KEY_WRITE = "key:write"
    BACKUP_WRITE = "backup:write"


EVERY_PERMISSION = frozenset(Permission)
"""What who runs the machine may do: the command line's user has the key file and the database in hand anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person or service that acts. The command line's actor is the operating-system user.

    What an actor may do says nothing of who it is: the same one read back from a record is equal to it.
    """

    kind: ActorKind
    name: str
    permissions: frozenset[Permission] = field(default=frozenset(), compare=False)


def require_permission(actor: Actor, permission: Permission) -> None:
    """Raise `NotAllowed` unless the actor has the permission."""
    if permission not in actor.permissions:
        raise NotAllowed(f"{actor.name} may not do this: it takes the permission {permission.value}.")
