"""Layer: one wall of the sandbox, and whether it holds here."""

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What to do where the kernel lacks a layer."""

    AVAILABLE = "available"
    ALL = "all"


class LayerName(StrEnum):
    """The walls, in the order in which they go up."""

    FRESH_PROCESS = "fresh_process"
    PARENT_DEATH = "parent_death"
    PIPES_ONLY = "pipes_only"
    NO_NEW_PRIVILEGES = "no_new_privileges"
    NOT_DUMPABLE = "not_dumpable"
    LANDLOCK = "landlock"
    RESOURCE_LIMITS = "resource_limits"
    SECCOMP = "seccomp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Whether one wall holds, and a few words on how or why not."""

    name: LayerName
    is_on: bool
    detail: str
