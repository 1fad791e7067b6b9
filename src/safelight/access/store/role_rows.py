"""Roles in the database: those that were made or edited here."""

import json
from collections.abc import Collection

from sqlalchemy import delete, insert, select

from safelight.access.store.tables import roles
from safelight.database.transaction import Tx
from safelight.roles import Permission


def written(permissions: Collection[Permission]) -> str:
    """Return permissions as they are kept."""
    return json.dumps(sorted(permission.value for permission in permissions))


def permissions_in(kept: str) -> frozenset[Permission]:
    """Return the permissions that are kept. One that this program does not know gives nothing."""
    words = set(json.loads(kept))
    return frozenset(permission for permission in Permission if permission.value in words)


def all_roles(tx: Tx) -> dict[str, frozenset[Permission]]:
    """Return what each role may do that was made or edited."""
    return {row.name: permissions_in(row.permissions) for row in tx.execute(select(roles))}


def put(tx: Tx, name: str, permissions: Collection[Permission]) -> None:
    """Keep a role, in the place of the one of that name."""
    remove(tx, name)
    tx.execute(insert(roles).values(name=name, permissions=written(permissions)))


def remove(tx: Tx, name: str) -> bool:
    """Remove a role; return whether there was one."""
    return bool(tx.execute(delete(roles).where(roles.c.name == name)).rowcount)
