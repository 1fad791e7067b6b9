"""Claims: a reviewer's reservation of a case, for a time. At most one of a case counts."""

from dataclasses import dataclass
from datetime import datetime

from safelight.access.names import name_key
from safelight.errors import ClaimLost, NotAllowed
from safelight.roles import Actor, ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who has a case, and until when if they do nothing more."""

    holder: str
    until_at: datetime

    def is_live(self, now: datetime) -> bool:
        """Whether it counts at this moment."""
        return self.until_at > now

    def is_of(self, actor: Actor) -> bool:
        """Whether it is this person's. People are told apart by their name alone, in whatever letters."""
        return name_key(self.holder) == name_key(actor.name)


def require_person(actor: Actor) -> None:
    """Raise `NotAllowed` where the actor is a program: people decide, and nobody decides by an API key."""
    if actor.kind is ActorKind.SERVICE:
        raise NotAllowed("Cases are claimed and decided by persons. An API key is no person; sign in as one.")


def require_free(claim: Claim | None, actor: Actor, now: datetime, case_id: int) -> None:
    """Raise `ClaimLost` where somebody else has the case at this moment."""
    if claim is not None and claim.is_live(now) and not claim.is_of(actor):
        raise ClaimLost(
            f"Case {case_id} is claimed by another person until {claim.until_at:%H:%M} UTC. Nothing was changed, and "
            "your draft of it is kept. Take another case, or come back then."
        )
