"""Every error that Safelight raises on purpose, in one tree.

    SafelightError
    ├── UsageError                what was asked cannot be done as asked; nothing was changed
    │   ├── InvalidValue          a value has the wrong form
    │   ├── NotFound              the named thing does not exist
    │   ├── AlreadyExists         the name is taken
    │   ├── NothingToMatch        no enabled bank holds anything to match against
    │   ├── ListRefused           a hash list is malformed: nothing of it was taken
    │   ├── ImportRunning         another import holds this bank
    │   ├── Unauthenticated       nobody knows who asks: the API key is missing, unknown or has ended
    │   │   ├── SignInRefused     what was shown lets nobody in; what was wrong with it is not said
    │   │   └── SessionEnded      there is no such session, or it is over: who asks signs in again
    │   ├── NotAllowed            who asks may not do it, or not alone
    │   │   ├── ReauthenticationNeeded  who asks shows first that they are still there
    │   │   └── ForeignRequest    a request that another site, or nobody's browser, seems to have made
    │   ├── RateLimited           who asks does so too often: it can be asked again later
    │   ├── EvidenceHeld          a hold keeps the evidence: it cannot be destroyed
    │   ├── ClaimLost             somebody else has the case by now: it is theirs to decide
    │   ├── ExposureRefused       a person is not shown this now: their dose, their hours or the order of levels
    │   ├── IdempotencyConflict   another request came under this idempotency key before
    │   ├── ChangedMeanwhile      it is not any more what it was when who asks last saw it
    │   └── OutboundRefused       an address that no connection is made to, or an answer that is not taken
    ├── SettingsInvalid           the settings cannot be used; every fault is listed
    ├── WorkspaceMissing          there is no workspace at the place named
    ├── WorkspaceOutdated         the database was written by another version
    ├── DatabaseUnusable          the database cannot be reached, read or written
    ├── IndexFileRefused          a saved index is damaged or foreign: it is built anew from the database
    ├── KeysUnusable              the keys are missing, are others, or refuse: nothing sealed can be opened or made
    │   └── KeysNotExported       no recovery copy of the keys exists yet: nothing is sealed before there is one
    ├── EvidenceDamaged           sealed bytes are not those that were sealed: nothing of them is given out
    │   └── BlobMissing           the store answers, and the blob is not in it
    ├── StoreUnusable             the place of the sealed bytes cannot be reached, read or written
    ├── ClockWrong                the clock stands before what was already recorded, or far beyond it
    ├── RequestInFlight           the same request is being answered just now, and took too long to wait for
    ├── SpoolFull                 as much media waits in the sealed spool as may: nothing more is taken in
    ├── LeaseLost                 another worker has taken the job: what this one was about to do is undone
    ├── OutboundFailed            the other side cannot be reached, or does not answer as it should
    │   ├── OutboundTimedOut      it took longer than it may
    │   └── OutboundTooLarge      it sent more than it may
    ├── BackupRefused             a backup is damaged, foreign or cannot be restored here
    ├── OutputFailed              results cannot be written; what was written before is whole
    └── SandboxUnavailable        outside bytes cannot be decoded under the rule that is set

`code` is stable: doors map it to an exit or HTTP status, people search for it, docs/reference/errors.md explains it.
A message says what happened, what it means and what to do; it never holds a listed hash value or personal data.
"""

import traceback
from datetime import datetime
from pathlib import Path
from typing import ClassVar


class SafelightError(Exception):
    """The root: catch this to catch everything that Safelight raises on purpose."""

    code: ClassVar[str] = "error"


class UsageError(SafelightError):
    """What was asked cannot be done as asked. Nothing was changed."""

    code: ClassVar[str] = "usage"


class InvalidValue(UsageError):
    """A value has the wrong form."""

    code: ClassVar[str] = "invalid_value"


class NotFound(UsageError):
    """The named thing does not exist."""

    code: ClassVar[str] = "not_found"


class AlreadyExists(UsageError):
    """The name is taken."""

    code: ClassVar[str] = "already_exists"


class NothingToMatch(UsageError):
    """No enabled bank holds anything to match against, which is not the same as nothing found."""

    code: ClassVar[str] = "nothing_to_match"


class ListRefused(UsageError):
    """A hash list is malformed: nothing of it was taken."""

    code: ClassVar[str] = "list_refused"


class ImportRunning(UsageError):
    """Another import holds this bank."""

    code: ClassVar[str] = "import_running"


class Unauthenticated(UsageError):
    """Nobody knows who asks: the API key is missing, unknown or has ended."""

    code: ClassVar[str] = "unauthenticated"


class SignInRefused(Unauthenticated):
    """What was shown lets nobody in. What was wrong with it is not said: nothing can be learned by trying."""

    code: ClassVar[str] = "sign_in_refused"


class SessionEnded(Unauthenticated):
    """There is no such session, or it is over. Who asks signs in again."""

    code: ClassVar[str] = "session_ended"


class NotAllowed(UsageError):
    """Who asks may not do it, or not alone."""

    code: ClassVar[str] = "not_allowed"


class ReauthenticationNeeded(NotAllowed):
    """Who asks may do it once they have shown, a moment before, that they are still there."""

    code: ClassVar[str] = "reauthentication_needed"


class ForeignRequest(NotAllowed):
    """A request that another site, or nobody's browser, seems to have made. Nothing was done."""

    code: ClassVar[str] = "foreign_request"


class RateLimited(UsageError):
    """Who asks does so too often. After `retry_after_s` seconds it can be asked again."""

    code: ClassVar[str] = "rate_limited"

    def __init__(self, message: str = "", *, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class EvidenceHeld(UsageError):
    """A hold keeps the evidence: it cannot be destroyed."""

    code: ClassVar[str] = "evidence_held"


class ClaimLost(UsageError):
    """Somebody else has the case by now, or it was never claimed. Drafts are kept."""

    code: ClassVar[str] = "claim_lost"


class ExposureRefused(UsageError):
    """A person is not shown this now, or given no case. `why` says it in a word, `until` when asking again can help."""

    code: ClassVar[str] = "exposure_refused"

    def __init__(self, message: str = "", *, why: str = "", until: datetime | None = None) -> None:
        super().__init__(message)
        self.why = why
        self.until = until


class OutboundRefused(UsageError):
    """An address that no connection is made to, or an answer of a kind that is not taken."""

    code: ClassVar[str] = "outbound_refused"


class IdempotencyConflict(UsageError):
    """Another request came under this idempotency key before."""

    code: ClassVar[str] = "idempotency_conflict"


class ChangedMeanwhile(UsageError):
    """It is not any more what it was when who asks last saw it."""

    code: ClassVar[str] = "changed_meanwhile"


class SettingsInvalid(SafelightError):
    """The settings cannot be used; every fault is listed."""

    code: ClassVar[str] = "settings_invalid"


class WorkspaceMissing(SafelightError):
    """There is no workspace at the place named."""

    code: ClassVar[str] = "workspace_missing"


class WorkspaceOutdated(SafelightError):
    """The database was written by another version of Safelight."""

    code: ClassVar[str] = "workspace_outdated"


class DatabaseUnusable(SafelightError):
    """The database cannot be reached, read or written."""

    code: ClassVar[str] = "database_unusable"


class IndexFileRefused(SafelightError):
    """A saved index is damaged, foreign or of another version. Nothing was taken from it."""

    code: ClassVar[str] = "index_refused"


class KeysUnusable(SafelightError):
    """The keys are missing, are not those that sealed this, or their service refuses. Nothing was changed."""

    code: ClassVar[str] = "keys_unusable"


class KeysNotExported(KeysUnusable):
    """No recovery copy of the keys exists yet: nothing is sealed before there is one."""

    code: ClassVar[str] = "keys_not_exported"


class EvidenceDamaged(SafelightError):
    """Sealed bytes are not those that were sealed. Nothing of them is given out."""

    code: ClassVar[str] = "evidence_damaged"


class BlobMissing(EvidenceDamaged):
    """The store answers, and the blob is not in it."""

    code: ClassVar[str] = "blob_missing"


class StoreUnusable(SafelightError):
    """The place of the sealed bytes cannot be reached, read or written."""

    code: ClassVar[str] = "store_unusable"


class ClockWrong(SafelightError):
    """The clock stands before what was already recorded, or far beyond it."""

    code: ClassVar[str] = "clock_wrong"


class RequestInFlight(SafelightError):
    """The same request is being answered just now, and took too long to wait for."""

    code: ClassVar[str] = "request_in_flight"


class SpoolFull(SafelightError):
    """As much media waits in the sealed spool as may. Nothing more is taken in."""

    code: ClassVar[str] = "spool_full"


class LeaseLost(SafelightError):
    """Another worker has taken the job: what this one was about to do is undone."""

    code: ClassVar[str] = "lease_lost"


class OutboundFailed(SafelightError):
    """The other side of a connection cannot be reached, or does not answer as it should."""

    code: ClassVar[str] = "outbound_failed"


class OutboundTimedOut(OutboundFailed):
    """The other side took longer than it may."""

    code: ClassVar[str] = "outbound_timed_out"


class OutboundTooLarge(OutboundFailed):
    """The other side sent more than it may. Nothing of it was kept."""

    code: ClassVar[str] = "outbound_too_large"


class BackupRefused(SafelightError):
    """A backup is damaged, foreign or cannot be restored here. Nothing was changed."""

    code: ClassVar[str] = "backup_refused"


class OutputFailed(SafelightError):
    """Results cannot be written. What was written before is whole."""

    code: ClassVar[str] = "output_failed"


class SandboxUnavailable(SafelightError):
    """Outside bytes cannot be decoded under the rule that is set."""

    code: ClassVar[str] = "sandbox_unavailable"


def whereabouts(error: BaseException) -> str:
    """Return the kind of an error and the place where it was raised; its text is left out, for it may hold a value."""
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__} at {' < '.join(reversed(places[-4:]))}"
