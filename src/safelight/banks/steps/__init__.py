"""What changes banks and their entries: one function, one change, one audit entry. Called only by `flow`.

Every change that alters what matches, or what a match says, makes the bank's version grow and stands in the change log.
"""

from safelight.banks.steps.banks import (
    create_bank,
    delete_bank,
    disable_bank,
    enable_bank,
    note_export,
    rename_bank,
    set_threshold,
)
from safelight.banks.steps.contents import add_content, annotate_content, hold_content
from safelight.banks.steps.controls import release_entry, set_entry_threshold, set_opinion
from safelight.banks.steps.counting import count_matches
from safelight.banks.steps.entries import BY_HAND, add_entries, disable_entry, enable_entry, remove_entry
from safelight.banks.steps.imports import (
    abandon_import,
    begin_import,
    clear_import,
    keep_alive,
    publish_import,
    stage_entries,
)
from safelight.banks.steps.policies import (
    mark_allow_list,
    mark_verified,
    set_deconfirmed_policy,
    set_rollout,
    suppress_bank,
    unsuppress_bank,
)
from safelight.banks.steps.staging import hold_bank, hold_entry

__all__ = [
    "BY_HAND",
    "abandon_import",
    "add_content",
    "add_entries",
    "annotate_content",
    "begin_import",
    "clear_import",
    "count_matches",
    "create_bank",
    "delete_bank",
    "disable_bank",
    "disable_entry",
    "enable_bank",
    "enable_entry",
    "hold_bank",
    "hold_content",
    "hold_entry",
    "keep_alive",
    "mark_allow_list",
    "mark_verified",
    "note_export",
    "publish_import",
    "release_entry",
    "remove_entry",
    "rename_bank",
    "set_deconfirmed_policy",
    "set_entry_threshold",
    "set_opinion",
    "set_rollout",
    "set_threshold",
    "stage_entries",
    "suppress_bank",
    "unsuppress_bank",
]
