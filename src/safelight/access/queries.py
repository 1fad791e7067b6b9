"""Questions about API keys, persons and roles. All are read-only and may be asked by any door."""

from safelight.access.api_key import ApiKey
from safelight.access.known import Known
from safelight.access.person import LARGEST_ID, Person
from safelight.access.role import BUILT_IN, Role
from safelight.access.store import key_rows, known_rows, mark_rows, person_rows, role_rows
from safelight.database.transaction import Tx
from safelight.errors import NotFound
from safelight.roles import Actor, ActorKind, Permission


def list_keys(tx: Tx, *, with_ended: bool = False) -> list[ApiKey]:
    """Return the API keys by name; with `with_ended` also those that were revoked and are still kept."""
    return key_rows.all_keys(tx, with_ended=with_ended)


def find_key(tx: Tx, name: str) -> ApiKey:
    """Return the API key of a name that was not revoked, or of a number, whatever became of it. Raises `NotFound`."""
    if name.isascii() and name.isdecimal():
        found = key_rows.find(tx, int(name)) if len(name) < len(str(LARGEST_ID)) else None
    else:
        found = key_rows.find_open(tx, name)
    if found is None:
        raise NotFound(f"There is no API key {name!r}. `safelight api-key list --all` shows those that there are.")
    return found


def find_known(tx: Tx, digest: bytes) -> tuple[str, Known | None]:
    """Return the mark, and what is known of the secret of this digest, None for one that counts for nothing."""
    return known_rows.find_known(tx, digest)


def read_mark(tx: Tx) -> str:
    """Return the mark: another after every change of what keys and roles may do."""
    return mark_rows.read_mark(tx)


def list_persons(tx: Tx) -> list[Person]:
    """Return everybody by name, the disabled too."""
    return person_rows.all_persons(tx)


def find_person(tx: Tx, name: str) -> Person:
    """Return the person of a name, upper and lower case aside. Raises `NotFound`."""
    found = person_rows.find(tx, name)
    if found is None:
        raise NotFound(f"There is no person {name!r}. `safelight person list` shows who there is.")
    return found


def list_roles(tx: Tx) -> list[Role]:
    """Return the roles by name: those that are built in, and those that were made here."""
    made = role_rows.all_roles(tx)
    names = sorted(BUILT_IN.keys() | made.keys())
    return [
        Role(
            name=name,
            permissions=made.get(name, BUILT_IN.get(name, frozenset())),
            is_built_in=name in BUILT_IN,
            is_edited=name in BUILT_IN and name in made,
        )
        for name in names
    ]


def find_role(tx: Tx, name: str) -> Role:
    """Return a role. Raises `NotFound`."""
    for role in list_roles(tx):
        if role.name == name:
            return role
    raise NotFound(f"There is no role {name!r}. `safelight role list` shows those that there are.")


def permissions_of(tx: Tx, person: Person) -> frozenset[Permission]:
    """Return what a person may do: all that any of their roles may, and nothing while they are disabled."""
    if not person.is_active:
        return frozenset()
    return frozenset(
        permission for role in list_roles(tx) if role.name in person.role_names for permission in role.permissions
    )


def person_actor(tx: Tx, name: str) -> Actor:
    """Return a person as who acts, with what they may do at this moment. Raises `NotFound`."""
    person = find_person(tx, name)
    return Actor(kind=ActorKind.PERSON, name=person.name, permissions=permissions_of(tx, person))


def names_with(tx: Tx, permission: Permission) -> frozenset[str]:
    """Return the names of all persons who have a permission at this moment. API keys are no persons."""
    granting = {role.name for role in list_roles(tx) if permission in role.permissions}
    return frozenset(
        person.name for person in list_persons(tx) if person.is_active and granting.intersection(person.role_names)
    )
