"""Reasons: what somebody says of why they change something. The console takes none of its changes without."""

from safelight.errors import InvalidValue
from safelight.web.console.form import Form

LONGEST = 1000


def read_reason(form: Form, name: str = "reason") -> str:
    """Return the reason that a form gives. Raises `InvalidValue` unless it gives one."""
    reason = form.text(name).strip()
    if not reason or len(reason) > LONGEST:
        raise InvalidValue(
            f"Say why, in up to {LONGEST} characters: whoever asks later will want to know. Nothing was changed."
        )
    return reason


def fault_place(form: Form, otherwise: str) -> str:
    """Return the field beside which it is told what is wrong: the reason where none is given, and else another."""
    return otherwise if 0 < len(form.text("reason").strip()) <= LONGEST else "reason"
