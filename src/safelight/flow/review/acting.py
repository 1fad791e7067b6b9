"""Who is acting at review: a person, with what they may do at this very moment."""

from safelight.access.person import Person
from safelight.access.queries import find_person, permissions_of
from safelight.database.transaction import Tx
from safelight.errors import NotAllowed
from safelight.roles import Actor, ActorKind, Permission


def require_acting_person(tx: Tx, actor: Actor, permission: Permission) -> Person:
    """Return the person who acts, if they may do this now, whatever they might do when their session began.

    Raises `NotAllowed` for services and for the machine's own users, who are nobody to be protected, for persons who
    are disabled, and for those who lack the permission.
    """
    if actor.kind is not ActorKind.PERSON:
        raise NotAllowed("Media is shown only to persons who have signed in. Nothing was shown.")
    person = find_person(tx, actor.name)
    if permission not in permissions_of(tx, person) & actor.permissions:
        raise NotAllowed(f"{person.name} may not do this: it takes the permission {permission.value}.")
    return person


def find_self(tx: Tx, actor: Actor) -> Person:
    """Return the person who acts, for what is their own. Raises `NotAllowed` for services, `NotFound` for nobody."""
    if actor.kind is ActorKind.SERVICE:
        raise NotAllowed("A service has no exposure of its own.")
    return find_person(tx, actor.name)
