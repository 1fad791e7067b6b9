"""Attempts: each is one report opened at an authority, of which at most one is ever finished for a report of ours."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AttemptState(StrEnum):
    """What is known of an attempt at the authority."""

    OPENING = "opening"
    """It was about to be opened: whether it was, nobody here knows yet."""
    OPEN = "open"
    """The authority has named it, and it is not finished."""
    FINISHING = "finishing"
    """It was about to be finished: whether it was, nobody here knows yet."""
    FINISHED = "finished"
    RETRACTED = "retracted"
    GONE = "gone"
    """The authority knows none of that name: it expired."""
    LOST = "lost"
    """It may have been opened, but its name never came: it can only expire."""
    SET_ASIDE = "set_aside"
    """A person learnt what the authority has of the report: it is asked for no more, and expires if it is open."""
    REFUSED = "refused"
    """The authority would not open it."""


UNSETTLED = frozenset({AttemptState.OPENING, AttemptState.OPEN, AttemptState.FINISHING})
"""The states of which one must be sure before another attempt may begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt. `authority_id` is the authority's name for it, "" while that is not known.

    It expires there by itself at some time after `begun_at` and `changed_at`, when something was last sent.
    """

    id: int
    report_id: int
    state: AttemptState
    authority_id: str
    begun_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file as it was sent in an attempt: the authority's name for it, and the digest of what arrived there."""

    attempt_id: int
    evidence_id: str
    file_id: str
    md5: str
    is_described: bool
