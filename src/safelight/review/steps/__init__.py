"""What moves cases forward: one function, one act within the caller's transaction. Called only by `flow`."""

from safelight.review.steps.cases import (
    add_item,
    close_case,
    erase_closed_cases,
    lock_cases,
    mark_reported,
    open_or_join,
    reopen_case,
)
from safelight.review.steps.claims import (
    Candidates,
    claim_case,
    claim_next,
    find_candidates,
    release_claim,
    renew_claim,
)
from safelight.review.steps.decisions import Asked, Bench, decide
from safelight.review.steps.drafts import erase_drafts, save_draft
from safelight.review.steps.flags import add_flag, flag_item
from safelight.review.steps.grouping import find_group, forget_likenesses
from safelight.review.steps.memory import find_users, forget_expired, remember, reopen_for, ruling_of
from safelight.review.steps.path import HASH_PATH, switch_path_off, switch_path_on, take_path
from safelight.review.steps.urgency import mark_imminent, raise_deadlines, set_deadline

__all__ = [
    "HASH_PATH",
    "Asked",
    "Bench",
    "Candidates",
    "add_flag",
    "add_item",
    "claim_case",
    "claim_next",
    "close_case",
    "decide",
    "erase_closed_cases",
    "erase_drafts",
    "find_candidates",
    "find_group",
    "find_users",
    "flag_item",
    "forget_expired",
    "forget_likenesses",
    "lock_cases",
    "mark_imminent",
    "mark_reported",
    "open_or_join",
    "raise_deadlines",
    "release_claim",
    "remember",
    "renew_claim",
    "reopen_case",
    "reopen_for",
    "ruling_of",
    "save_draft",
    "set_deadline",
    "switch_path_off",
    "switch_path_on",
    "take_path",
]
