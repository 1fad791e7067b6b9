"""Who acts, and the list of permissions (`resource:verb`)."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of thing an actor is."""

    PERSON = "person"
    SERVICE = "service"
    SYSTEM_USER = "system_user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person or service that acts. The command line's actor is the operating-system user."""

    kind: ActorKind
    name: str


class Permission(StrEnum):
    """What an actor may be allowed to do. Sign-in and roles that grant these come with the service."""

    BANK_READ = "bank:read"
    BANK_WRITE = "bank:write"
    BANK_EXPORT = "bank:export"
    MEDIA_SCAN = "media:scan"
