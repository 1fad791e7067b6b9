"""Who is acting at review: a person, with what they may do at this very moment."""

from safelight.access.person import Person
from safelight.access.queries import find_by_name, find_person, permissions_of, person_actor
from safelight.database.transaction import Tx
from safelight.errors import NotAllowed, NotFound
from safelight.roles import Actor, ActorKind, Permission


def present(tx: Tx, actor: Actor) -> Actor:
    """Return who acts, with what they may do at this moment: roles may have changed since they came in.

    A person who is disabled, or gone, may do nothing. Who runs the machine, and API keys, stay as they came: the gate
    believes a key for a second. Raises `NotAllowed`.
    """
    if actor.kind is not ActorKind.PERSON:
        return actor
    try:
        return person_actor(tx, actor.name)
    except NotFound:
        raise NotAllowed(f"{actor.name} does not work here any more. Nothing was changed.") from None


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


def find_watched(tx: Tx, actor: Actor) -> Person | None:
    """Return the person whose dose counts for what somebody does: the one of their name, in whatever way they came.

    None for a user of this machine who is nobody here: such a one is shown no media, and so has no dose.
    """
    return None if actor.kind is ActorKind.SERVICE else find_by_name(tx, actor.name)
