"""Roles: named sets of permissions. Those that are built in can be edited like any other."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from safelight.errors import InvalidValue, NotAllowed
from safelight.roles import EVERY_PERMISSION, Actor, Permission


def _named(words: str) -> frozenset[Permission]:
    return frozenset(Permission(word) for word in words.split())


ORACLE = _named("match:distance match:near_miss entry:value bank:export")
"""What would help somebody to alter a picture until it no longer matches. No service has it unless a person says so."""

BUILT_IN: Mapping[str, frozenset[Permission]] = {
    "admin": EVERY_PERMISSION,
    "lead": EVERY_PERMISSION
    - _named("access:write key:write backup:write bank:export entry:value notice:write destination:write"),
    "reviewer": _named(
        "case:read case:write case:decide evidence:read evidence:review hold:read bank:read match:distance"
    ),
    "reporter": _named(
        "case:read evidence:read evidence:report evidence:hand_over hold:read hold:write report:read report:write "
        "outcome:read outcome:write action:write"
    ),
    "auditor": _named(
        "audit:read access:read case:read evidence:read evidence:check hold:read job:read bank:read notice:read "
        "metrics:read report:read outcome:read"
    ),
    "analyst": _named("bank:read signal:lookup match:distance match:near_miss metrics:read"),
    "service": _named("media:hash media:scan signal:lookup evidence:seal flag:write action:write bank:read job:read"),
}
"""What the roles may do that are there from the beginning, until somebody edits them.

Admins may do everything: who may give roles could give themselves any. Auditors only look, and at no media. A service
scans and looks up, and what it scans is sealed where it matches.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A named set of permissions. `is_edited`: a built-in one that is not, or not any more, as it came."""

    name: str
    permissions: frozenset[Permission]
    is_built_in: bool = False
    is_edited: bool = False


def read_permissions(words: Iterable[str]) -> frozenset[Permission]:
    """Return the permissions of these names. Raises `InvalidValue` that lists those that there are."""
    known = {permission.value: permission for permission in Permission}
    asked = list(words)
    unknown = sorted(set(asked) - known.keys())
    if unknown:
        raise InvalidValue(
            f"There is no permission {', '.join(map(repr, unknown))}. There are: {', '.join(sorted(known))}."
        )
    return frozenset(known[word] for word in asked)


def require_grantable(actor: Actor, permissions: Collection[Permission]) -> None:
    """Raise `NotAllowed` where somebody would give what they do not have themselves."""
    lacking = sorted(permission.value for permission in set(permissions) - actor.permissions)
    if lacking:
        raise NotAllowed(
            f"{actor.name} may not give what they may not do themselves: {', '.join(lacking)}. Nothing was changed."
        )
