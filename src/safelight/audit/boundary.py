"""The moments at which a process may die while it keeps the audit log."""

from enum import StrEnum


class AuditBoundary(StrEnum):
    """Boundaries of numbering and of signing heads."""

    LEAVES_ADDED = "leaves_added"
    """The leaves are written, and not committed."""
    TREE_MOVED = "tree_moved"
    """The tree knows of the leaves, and nothing is committed."""
    NUMBERED = "numbered"
    """The leaves are committed, and no head covers them yet."""
    HEAD_SIGNED = "head_signed"
    """A head is signed, and written nowhere yet."""
    HEAD_ADDED = "head_added"
    """The head and its entry are written, and not committed."""
