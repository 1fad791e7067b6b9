"""The moments at which a process that changes keys may die."""

from enum import StrEnum


class KeyBoundary(StrEnum):
    """What is done at each moment, and what is not done yet."""

    RECORDED = "recorded"
    """The audit log says what is going to be done; nothing else was done."""
    EXPORTED = "exported"
    """The recovery copy is on its disk; the key file does not know of it."""
    KEPT = "kept"
    """The key file holds the new state."""
    FORGOTTEN = "forgotten"
    """The key file holds the retired key no more; the transaction that says so is not committed."""


class RotateBoundary(StrEnum):
    """The moments of re-wrapping one page of wraps."""

    REWRAPPED = "rewrapped"
    """New wraps are in memory."""
    EXCHANGED = "exchanged"
    """They are in the database, in a transaction that is not committed."""
    COMMITTED = "committed"
    """The transaction is committed; the next page is still to come."""
    FINISHED = "finished"
    """No wrap is left; the log does not say so yet."""
