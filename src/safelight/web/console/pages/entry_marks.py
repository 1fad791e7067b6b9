"""Marks: how an entry of a bank stands, in words that pages have a text for (`entries.mark.<word>`)."""

from datetime import datetime

from safelight.banks.control import EntryControl
from safelight.banks.entry import Entry
from safelight.banks.entry_fate import EntryFate


def marks_of(
    entry: Entry, control: EntryControl | None, now: datetime, fate: EntryFate | None = None
) -> tuple[str, ...]:
    """Return what is to be said of how an entry stands at a moment; nothing of one that matches as its list says.

    `fate` is what became of it, where that is asked.
    """
    told = {
        "bank_deleted": fate is not None and fate.bank_deleted_at is not None,
        "withdrawn": fate is not None and fate.withdrawn_at is not None,
        "replaced": fate is not None and fate.replaced_at is not None,
        "disabled": entry.is_disabled(now),
        "quarantined": control is not None and control.is_quarantined,
        "own_threshold": control is not None and control.threshold is not None,
    }
    opinion = control.opinion.value if control is not None and control.opinion is not None else None
    return (*(word for word, holds in told.items() if holds), *([opinion] if opinion else []))
