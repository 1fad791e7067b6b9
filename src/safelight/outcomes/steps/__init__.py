"""What moves outcomes, contacts and actions forward: one function, one act in the caller's transaction."""

from safelight.outcomes.steps.actions import add_action
from safelight.outcomes.steps.contacts import add_contact, alarm_contacts, close_contact, set_due
from safelight.outcomes.steps.erasure import erase_outcomes
from safelight.outcomes.steps.outcomes import add_outcome

__all__ = [
    "add_action",
    "add_contact",
    "add_outcome",
    "alarm_contacts",
    "close_contact",
    "erase_outcomes",
    "set_due",
]
