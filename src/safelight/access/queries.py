"""Questions about API keys, persons, roles and sessions. All are read-only and may be asked by any door."""

from datetime import datetime

from safelight.access.api_key import ApiKey
from safelight.access.known import Known
from safelight.access.person import LARGEST_ID, Person
from safelight.access.role import BUILT_IN, Role
from safelight.access.signing_in.credentials import Credentials, Enrolled
from safelight.access.signing_in.passkey import Passkey
from safelight.access.signing_in.sealed_totp import SealedTotp
from safelight.access.signing_in.session import Session
from safelight.access.store import (
    credential_rows,
    key_rows,
    known_rows,
    mark_rows,
    passkey_rows,
    person_rows,
    role_rows,
    session_rows,
    totp_rows,
)
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


def find_session(tx: Tx, digest: bytes) -> tuple[Session, Person] | None:
    """Return the session of a token by its digest, whether it counts or not, and its person as they are now."""
    return session_rows.find(tx, digest)


def list_sessions(tx: Tx, person_id: int) -> list[Session]:
    """Return the sessions of a person that were not ended, the one that was used last first."""
    return session_rows.of_person(tx, person_id)


def find_by_name(tx: Tx, name: str) -> Person | None:
    """Return the person of a name, None where there is none: for signing in, which does not say which it was."""
    return person_rows.find(tx, name)


def find_credentials(tx: Tx, person_id: int) -> Credentials | None:
    """Return what a person signs in with, None where nothing was ever set."""
    return credential_rows.find(tx, person_id)


def find_totp(tx: Tx, person_id: int, *, is_confirmed: bool = True) -> SealedTotp | None:
    """Return the secret of a person's time-based codes, or the one that is being set up."""
    return totp_rows.find(tx, person_id, is_confirmed=is_confirmed)


def find_passkey(tx: Tx, credential_id: bytes) -> Passkey | None:
    """Return the passkey of a credential id, whosever it is and whether it counts or not."""
    return passkey_rows.find(tx, credential_id)


def list_passkeys(tx: Tx, person_id: int) -> list[Passkey]:
    """Return the passkeys of a person, the oldest first, the suspended ones too."""
    return passkey_rows.of_person(tx, person_id)


def find_enrolled(tx: Tx, person_id: int, now: datetime) -> Enrolled:
    """Return what a person has set up to sign in with, without any secret."""
    held = credential_rows.find(tx, person_id)
    return Enrolled(
        has_password=held is not None and held.password is not None,
        has_totp=totp_rows.find(tx, person_id, is_confirmed=True) is not None,
        passkeys=tuple(passkey_rows.of_person(tx, person_id)),
        recovery_codes=credential_rows.count_recovery_codes(tx, person_id),
        enrolled_at=None if held is None else held.enrolled_at,
        is_invited=credential_rows.has_invitation(tx, person_id, now),
    )
