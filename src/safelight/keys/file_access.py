"""Who may open a file besides its owner, root and the user who runs this program."""

import os
import struct
from collections.abc import Iterator

_ROOT = 0
_OTHERS = 0o077
_ATTRIBUTE = "system.posix_acl_access"
_ENTRY = struct.Struct("<HHI")
_OWNER, _USER, _MASK = 0x01, 0x02, 0x10
"""Kinds of entries of an access list (linux/posix_acl.h): the owner, a named user, the most that others than it get."""


def is_of_another(facts: os.stat_result) -> bool:
    """Whether a file belongs to neither the user who runs this program nor root, who may open everything anyway."""
    return facts.st_uid not in {os.geteuid(), _ROOT}


def is_open_to_others(descriptor: int, facts: os.stat_result) -> bool:
    """Whether somebody else may open a file.

    systemd hands a service its credentials as files of root that an access list opens to the service's user alone. The
    mode of such a file shows a bit of the group; the list says whom it is for.
    """
    if not facts.st_mode & _OTHERS:
        return False
    entries = list(_entries(descriptor))
    return not entries or any(_opens_to_others(*entry) for entry in entries)


def _opens_to_others(kind: int, rights: int, who: int) -> bool:
    if kind in {_OWNER, _MASK} or not rights:
        return False
    return kind != _USER or who not in {os.geteuid(), _ROOT}


def _entries(descriptor: int) -> Iterator[tuple[int, int, int]]:
    """Give the kind, the rights and the user or group of each entry of a file's access list; none where it has none."""
    try:
        listed = os.getxattr(descriptor, _ATTRIBUTE)
    except (OSError, AttributeError):
        return  # no list, a file system that knows none, or not Linux: then the mode alone counts
    for place in range(4, len(listed), _ENTRY.size):
        yield _ENTRY.unpack_from(listed, place)
