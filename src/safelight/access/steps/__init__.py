"""What changes API keys, persons and roles: one function, one change, one audit entry. Called only by `flow`.

Every change of what a key may do sets another mark, by which every process drops what it knew within a second.
"""

from safelight.access.steps.bank_scopes import follow_bank
from safelight.access.steps.erasure import erase_ended
from safelight.access.steps.keys import create_key, finish_rotation, limit_key, revoke_key, rotate_key
from safelight.access.steps.persons import (
    add_person,
    disable_person,
    enable_person,
    end_person_sessions,
    set_person_roles,
)
from safelight.access.steps.record import take_turn
from safelight.access.steps.roles import change_role, remove_role, set_role
from safelight.access.steps.watching import alarm_of_key, alarm_of_other, record_distances, record_uses

__all__ = [
    "add_person",
    "alarm_of_key",
    "alarm_of_other",
    "change_role",
    "create_key",
    "disable_person",
    "enable_person",
    "end_person_sessions",
    "erase_ended",
    "finish_rotation",
    "follow_bank",
    "limit_key",
    "record_distances",
    "record_uses",
    "remove_role",
    "revoke_key",
    "rotate_key",
    "set_person_roles",
    "set_role",
    "take_turn",
]
