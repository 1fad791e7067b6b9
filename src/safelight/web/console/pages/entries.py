"""One entry of a bank: what its list says, what was found of it here, and what who may sets for it."""

from datetime import timedelta
from typing import Any

from starlette.responses import Response

from safelight.banks import queries
from safelight.banks.bank import Bank
from safelight.banks.control import Opinion
from safelight.banks.standing import EntryStanding, find_standing
from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotFound, UsageError
from safelight.flow.banks import controls, edits
from safelight.flow.disclosures import note_values_shown
from safelight.review.entry_queries import record_of_entry
from safelight.roles import Permission, require_bank
from safelight.web.console.door import Door
from safelight.web.console.moments import read_day
from safelight.web.console.pages.entry_marks import marks_of
from safelight.web.console.reasons import fault_place, read_reason
from safelight.web.console.visit import Visit

COUNTED = timedelta(days=30)
"""How far back the page counts what an entry matched."""

_ENTRY = "/banks/{bank}/entries/{entry:int}"


def add_entries(door: Door) -> None:
    """Add the pages."""
    _add_looks(door)
    _add_opinion(door)
    _add_switch(door)
    _add_release(door)


def _add_looks(door: Door) -> None:
    @door.page("GET", _ENTRY, Permission.BANK_READ)
    def show_entry(visit: Visit) -> Response:
        standing, now = find_entry(visit), visit.clock.now()
        entry, fate = standing.entry, standing.fate
        with read(visit.engine) as tx:
            bank = {each.id: each for each in queries.list_banks(tx)}.get(entry.bank_id)
            matched = queries.matched_media(tx, entry.id, since=now - COUNTED, until=now)
            record = record_of_entry(tx, entry.id)
        marks = marks_of(entry, standing.control, now, fate)
        facts: dict[str, Any] = {"matched": matched, "record": record, "marks": marks}
        facts |= {"bank": bank, "days": COUNTED.days, "threshold": _threshold(standing, bank)}
        return visit.see("entry.html", standing=standing, **facts)

    @door.page("GET", f"{_ENTRY}/value", Permission.ENTRY_VALUE, is_fresh=True)
    def show_value(visit: Visit) -> Response:
        standing = find_entry(visit)
        who = (visit.engine, visit.clock, visit.actor)
        note_values_shown(*who, bank_id=standing.entry.bank_id, count=1)
        return visit.see("entry_value.html", standing=standing)


def _add_opinion(door: Door) -> None:
    @door.page("GET", f"{_ENTRY}/opinion", Permission.BANK_WRITE, is_fresh=True)
    def show_opinion(visit: Visit) -> Response:
        return _see_act(visit, "opinion")

    @door.page("POST", f"{_ENTRY}/opinion", Permission.BANK_WRITE, is_fresh=True)
    def set_opinion(visit: Visit) -> Response:
        standing, who = find_entry(visit), (visit.engine, visit.clock, visit.actor)
        try:
            opinion, reason = _opinion(visit), read_reason(visit.form)
            controls.set_opinion(*who, entry_id=standing.entry.id, opinion=opinion, reason=reason)
        except InvalidValue as error:
            return _see_fault(visit, "opinion", error)
        return visit.go(_path(standing), "entries.opinion_set")


def _add_switch(door: Door) -> None:
    @door.page("GET", f"{_ENTRY}/switch", Permission.BANK_WRITE, is_fresh=True)
    def show_switch_entry(visit: Visit) -> Response:
        return _see_act(visit, "switch")

    @door.page("POST", f"{_ENTRY}/switch", Permission.BANK_WRITE, is_fresh=True)
    def switch_entry(visit: Visit) -> Response:
        standing, who, is_on = (
            find_entry(visit),
            (visit.engine, visit.clock, visit.actor),
            visit.form.text("to") == "on",
        )
        try:
            entry_id, reason = standing.entry.id, read_reason(visit.form)
            if is_on:
                edits.enable_entry(*who, entry_id=entry_id, reason=reason)
            else:
                until = read_day(visit.form.text("until"))
                edits.disable_entry(*who, entry_id=entry_id, until=until, reason=reason)
        except InvalidValue as error:
            return _see_fault(visit, "switch", error)
        return visit.go(_path(standing), "entries.switched")


def _add_release(door: Door) -> None:
    @door.page("GET", f"{_ENTRY}/release", Permission.BANK_WRITE, is_fresh=True)
    def show_release(visit: Visit) -> Response:
        return _see_act(visit, "release")

    @door.page("POST", f"{_ENTRY}/release", Permission.BANK_WRITE, is_fresh=True)
    def release_entry(visit: Visit) -> Response:
        standing, who = find_entry(visit), (visit.engine, visit.clock, visit.actor)
        try:
            controls.release_entry(*who, entry_id=standing.entry.id, reason=read_reason(visit.form))
        except (InvalidValue, UsageError) as error:
            return _see_fault(visit, "release", error)
        return visit.go(_path(standing), "entries.released")


def find_entry(visit: Visit) -> EntryStanding:
    """Return how the entry stands that the address names. Raises `NotFound`, also for one of another bank."""
    name, number = require_bank(visit.actor, visit.request.path_params["bank"]), visit.request.path_params["entry"]
    with read(visit.engine) as tx:
        standing = find_standing(tx, number)
    if standing.fate.bank_name.casefold() != name.casefold():
        raise NotFound(f"The bank {name} never held an entry {number}. Its page lists those that it holds.")
    return standing


def _opinion(visit: Visit) -> Opinion | None:
    given = visit.form.text("opinion")
    if given not in {"none", *Opinion}:
        raise InvalidValue("Choose what you found of the entry. Nothing was changed.")
    return None if given == "none" else Opinion(given)


def _threshold(standing: EntryStanding, bank: Bank | None) -> int | None:
    """Return the distance at or under which the entry matches now; None where its bank is gone."""
    if standing.control is not None and standing.control.threshold is not None:
        return standing.control.threshold
    return None if bank is None else bank.threshold(standing.entry.signal_type)


def _path(standing: EntryStanding) -> str:
    return f"/banks/{standing.fate.bank_name}/entries/{standing.entry.id}"


def _act_facts(visit: Visit, act: str) -> dict[str, Any]:
    standing = find_entry(visit)
    is_off = standing.entry.is_disabled(visit.clock.now())
    return {"standing": standing, "act": act, "is_off": is_off, "opinions": list(Opinion), "back": _path(standing)}


def _see_act(visit: Visit, act: str) -> Response:
    return visit.see("entry_act.html", **_act_facts(visit, act))


def _see_fault(visit: Visit, act: str, error: InvalidValue | UsageError) -> Response:
    return visit.see_fault("entry_act.html", fault_place(visit.form, "act"), error, **_act_facts(visit, act))
