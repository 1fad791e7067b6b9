"""Exit statuses (docs/how-to/exit-statuses.md): what a script can learn without reading the output.

0 to 3 are findings; 64 and above are usage and faults, by the old numbers of `sysexits` where one fits.
"""

from safelight.errors import (
    AlreadyExists,
    BackupRefused,
    ClaimLost,
    ClockWrong,
    DatabaseUnusable,
    EvidenceDamaged,
    EvidenceHeld,
    ExposureRefused,
    ImportRunning,
    IndexFileRefused,
    KeysNotExported,
    KeysUnusable,
    LeaseLost,
    ListRefused,
    NotAllowed,
    NotFound,
    OutboundFailed,
    OutputFailed,
    RateLimited,
    RequestInFlight,
    SafelightError,
    SandboxUnavailable,
    SettingsInvalid,
    SpoolFull,
    StoreUnusable,
    Unauthenticated,
    UsageError,
    WorkspaceMissing,
    WorkspaceOutdated,
)

NOTHING = 0
MATCHED = 1
NOT_SCANNED = 2

USAGE = 64
UNAVAILABLE = 69
INTERNAL = 70
OUTPUT = 74
INTERRUPTED = 130

_BY_ERROR: tuple[tuple[type[SafelightError], int], ...] = (
    (ListRefused, 65),
    (EvidenceDamaged, 65),
    (BackupRefused, 65),
    (NotFound, 66),
    (WorkspaceMissing, 66),
    (SandboxUnavailable, UNAVAILABLE),
    (DatabaseUnusable, UNAVAILABLE),
    (IndexFileRefused, UNAVAILABLE),
    (StoreUnusable, UNAVAILABLE),
    (KeysNotExported, 78),
    (KeysUnusable, UNAVAILABLE),
    (ClockWrong, UNAVAILABLE),
    (OutboundFailed, UNAVAILABLE),
    (AlreadyExists, 73),
    (OutputFailed, OUTPUT),
    (ImportRunning, 75),
    (LeaseLost, 75),
    (ClaimLost, 75),
    (RequestInFlight, 75),
    (SpoolFull, 75),
    (RateLimited, 75),
    (Unauthenticated, 77),
    (NotAllowed, 77),
    (EvidenceHeld, 77),
    (ExposureRefused, 77),
    (SettingsInvalid, 78),
    (WorkspaceOutdated, 78),
    (UsageError, USAGE),
    (SafelightError, INTERNAL),
)


def of_error(error: SafelightError) -> int:
    """Return the exit status of an error."""
    return next(status for kind, status in _BY_ERROR if isinstance(error, kind))


def of_counts(matched: int, not_scanned: int) -> int:
    """Return 0 for neither, 1 if something matched, 2 if something was not scanned, 3 for both."""
    return (MATCHED if matched else NOTHING) | (NOT_SCANNED if not_scanned else NOTHING)
