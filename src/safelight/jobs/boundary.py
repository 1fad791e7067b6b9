"""The moments of a job's life at which the death of its worker matters."""

from enum import StrEnum


class JobBoundary(StrEnum):
    """Each is reached between two things that must not come apart, or that may."""

    SCHEDULING = "scheduling"  # a periodic job was added, not committed
    SCHEDULED = "scheduled"  # committed
    CLAIMING = "claiming"  # jobs were claimed, not committed
    CLAIMED = "claimed"  # committed, none begun
    STARTED = "started"  # the handler is about to be called
    STEPPING = "stepping"  # a step's work is done, not committed
    STEPPED = "stepped"  # committed, more is to come
    FINISHING = "finishing"  # the last step's work is done and the job marked so, not committed
    FINISHED = "finished"  # committed
    FAILED = "failed"  # the handler raised, nothing was written of it
    PUTTING_OFF = "putting_off"  # the job was set back to wait for its next attempt, not committed
    PUT_OFF = "put_off"  # committed
    BURYING = "burying"  # the job was marked dead, not committed
    BURIED = "buried"  # committed
    SUSPECTING = "suspecting"  # a lease that had run out was marked, not committed
    SUSPECTED = "suspected"  # committed
    TAKING_OVER = "taking_over"  # a job was taken from a worker that is silent, not committed
    TAKEN_OVER = "taken_over"  # committed
    GIVING_BACK = "giving_back"  # what was claimed and not begun was set back, not committed
    GIVEN_BACK = "given_back"  # committed
