"""The moments of a filing at which the death of its worker, or of the line, matters."""

from enum import StrEnum


class FilingBoundary(StrEnum):
    """Each is reached outside of any transaction. Those between steps and their commits are the job's own."""

    CALLING = "calling"  # an intent is committed, and its call is about to be made
    CALLED = "called"  # the call came back, and nothing is written of it yet
