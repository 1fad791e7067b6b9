"""Findings: what a check of the vault may find wrong, what each means, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What is wrong."""

    BLOB_MISSING = "blob_missing"
    BLOB_RESIZED = "blob_resized"
    BYTES_DAMAGED = "bytes_damaged"
    BYTES_DIFFER = "bytes_differ"
    KEY_MISSING = "key_missing"
    KEY_REFUSED = "key_refused"
    MANIFEST_DAMAGED = "manifest_damaged"
    MANIFEST_DIFFERS = "manifest_differs"
    ROW_INCONSISTENT = "row_inconsistent"
    OBJECT_UNUSED = "object_unused"
    BLOB_UNKNOWN = "blob_unknown"
    NOT_HELD = "not_held"
    REMOVAL_LEFT = "removal_left"
    LEDGER_DAMAGED = "ledger_damaged"
    DESTROYED_LIVES = "destroyed_lives"
    DESTRUCTION_UNRECORDED = "destruction_unrecorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong. `subject` names it as `noun:id`; `detail` says more where there is more to say."""

    kind: FindingKind
    subject: str
    detail: str = ""

    @property
    def meaning(self) -> str:
        """What it means, in a sentence."""
        return _TOLD[self.kind][0]

    @property
    def advice(self) -> str:
        """What to do about it."""
        return _TOLD[self.kind][1]


_RESTORE = "Restore the blob from a backup into the store under the same id, then check again."
_TOLD: dict[FindingKind, tuple[str, str]] = {
    FindingKind.BLOB_MISSING: ("The store does not have the sealed bytes that the database names.", _RESTORE),
    FindingKind.BLOB_RESIZED: ("The sealed file is shorter or longer than it was sealed.", _RESTORE),
    FindingKind.BYTES_DAMAGED: ("The sealed bytes do not open: they are not those that were sealed.", _RESTORE),
    FindingKind.BYTES_DIFFER: (
        "The bytes open, but are not those whose digest was recorded when they were sealed.",
        "Keep everything as it is, compare the database with a backup, and ask who wrote to it.",
    ),
    FindingKind.KEY_MISSING: (
        "The key that wraps this is not among the keys: it cannot be opened here.",
        "Import the recovery copy of the keys (`safelight key import`), then check again.",
    ),
    FindingKind.KEY_REFUSED: (
        "The keys do not unwrap this: the wrap was altered or moved, or the key service refuses.",
        "If the key service was disturbed, check again; else restore the database from a backup.",
    ),
    FindingKind.MANIFEST_DAMAGED: (
        "The sealed manifest does not open: it is not the one that was sealed.",
        "Restore the database from a backup beside this one and compare; the bytes themselves may be sound.",
    ),
    FindingKind.MANIFEST_DIFFERS: (
        "The manifest tells a size or SHA-256 that the bytes do not have.",
        "Keep everything as it is, compare with a backup, and do not hand this over before it is explained.",
    ),
    FindingKind.ROW_INCONSISTENT: (
        "The row of this evidence is neither that of living nor that of destroyed evidence.",
        "Compare the database with a backup: somebody or something wrote to it by another way.",
    ),
    FindingKind.OBJECT_UNUSED: (
        "Bytes are stored to which no evidence belongs any more, and nothing is waiting to remove them.",
        "Compare the database with a backup: somebody or something wrote to it by another way.",
    ),
    FindingKind.BLOB_UNKNOWN: (
        "The store has a sealed file that no row names: of a seal that was broken off, or of another database.",
        "If this store belongs to this database alone, let a later check remove it with --remove-orphans.",
    ),
    FindingKind.NOT_HELD: (
        "This evidence lives and no hold keeps it. It is never destroyed without one that has ended.",
        "Add a hold (`safelight hold add`), with an end after which it may be destroyed.",
    ),
    FindingKind.REMOVAL_LEFT: (
        "A key is destroyed, and its sealed bytes still wait to be removed after more than a day.",
        "Look whether a worker runs (`safelight worker`), and at `safelight jobs dead`.",
    ),
    FindingKind.LEDGER_DAMAGED: (
        "A record of a destruction does not verify by the keys: it was altered, or another's keys signed it.",
        "Restore the record from a backup of the store, or import the keys that signed it.",
    ),
    FindingKind.DESTROYED_LIVES: (
        "The ledger says that this evidence was destroyed, and the database still holds its key.",
        "The database was restored from before the destruction: `safelight restore` replays destructions. Do so.",
    ),
    FindingKind.DESTRUCTION_UNRECORDED: (
        "This evidence was destroyed, and the ledger beside the blobs has no record of it.",
        "Restore the record from a backup of the store: without it an old backup could revive this evidence.",
    ),
}
