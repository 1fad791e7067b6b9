"""Why an attempt failed: what is kept of an error, and whether another attempt can mend it."""

from dataclasses import dataclass

from safelight.errors import EvidenceDamaged, ImportRunning, SafelightError, UsageError, whereabouts


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failed attempt. A final one is the last: no further attempt can go better."""

    reason: str
    is_final: bool


def failure_of(error: Exception) -> Failure:
    """Return what is kept of an error.

    Of Safelight's own errors that is sentence and code. Of any other it is kind and place: its text may hold a value.

    Final are errors that say that the thing asked for cannot be done as asked: it is gone, has the wrong form, is not
    allowed, is held, is damaged. A person may see to that and retry the job.
    """
    if isinstance(error, SafelightError):
        is_final = isinstance(error, UsageError | EvidenceDamaged) and not isinstance(error, ImportRunning)
        return Failure(reason=f"{error} [{error.code}]", is_final=is_final)
    return Failure(reason=f"This is a fault of ours: {whereabouts(error)}.", is_final=False)
