"""Entries as answers tell them."""

from datetime import datetime
from typing import Any

from safelight.banks.control import EntryControl
from safelight.banks.entry import Entry
from safelight.banks.entry_fate import EntryFate
from safelight.banks.standing import EntryStanding
from safelight.web.api.etags import tag_of


def tell_entry(entry: Entry, now: datetime, *, shows_value: bool) -> dict[str, Any]:
    """Return what an answer tells of an entry."""
    told: dict[str, Any] = {
        "entry": entry.id,
        "type": entry.signal_type,
        "label": entry.label,
        "label_scheme": entry.label_scheme,
        "note": entry.note,
        "source": entry.key.source if entry.key else None,
        "source_entry": entry.key.entry_id if entry.key else None,
        "added_at": entry.provenance.added_at,
        "is_disabled": entry.is_disabled(now),
    }
    return told | {"value": entry.value.hex()} if shows_value else told


def tell_standing(standing: EntryStanding, now: datetime, *, shows_value: bool) -> dict[str, Any]:
    """Return what an answer tells of one entry: what its list says, what became of it, what was set for it here."""
    entry, fate = standing.entry, standing.fate
    return {
        **tell_entry(entry, now, shows_value=shows_value),
        "disabled_until": entry.disabled_until,
        **tell_fate(fate),
        **tell_control(standing.control),
    }


def tell_fate(fate: EntryFate) -> dict[str, Any]:
    """Return what an answer tells of what became of an entry."""
    return {
        "bank": fate.bank_name,
        "is_held": fate.is_held,
        "withdrawn_at": fate.withdrawn_at,
        "replaced_at": fate.replaced_at,
        "replaced_by": fate.replaced_by,
        "bank_deleted_at": fate.bank_deleted_at,
    }


def tell_control(control: EntryControl | None) -> dict[str, Any]:
    """Return what an answer tells of what was set for an entry; all null for most."""
    return {
        "threshold": control.threshold if control else None,
        "opinion": control.opinion.value if control and control.opinion else None,
        "opinion_at": control.opinion_at if control else None,
        "opinion_by": control.opinion_by.name if control and control.opinion_by else None,
        "quarantined_at": control.quarantined_at if control else None,
        "quarantine_reason": (control.quarantine_reason or None) if control else None,
        "released_at": control.released_at if control else None,
    }


def entry_tag(standing: EntryStanding) -> str:
    """Return the entity tag of an entry."""
    entry = standing.entry
    return tag_of(entry.id, entry.disabled, entry.disabled_until, standing.fate.is_held, tell_control(standing.control))
