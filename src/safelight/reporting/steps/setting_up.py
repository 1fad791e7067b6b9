"""Setting destinations up, each act in the caller's transaction. Nothing of a secret is in what is written of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import AlreadyExists, UsageError
from safelight.reporting.route import Route, check_routes
from safelight.reporting.sealed_setup import SealedSetup
from safelight.reporting.setup import By, Setup, SetupKind, check_setup_name
from safelight.reporting.setup_queries import find_setup, list_routes, missing_setup
from safelight.reporting.store import route_rows, setup_rows


def add_setup(tx: Tx, clock: Clock, by: By, *, name: str, kind: SetupKind, is_test: bool, sealed: SealedSetup) -> Setup:
    """Add a destination. Raises `InvalidValue` for no name, `AlreadyExists`."""
    check_setup_name(name)
    if setup_rows.find(tx, name) is not None:
        raise AlreadyExists(f"There is a destination {name} already. Nothing was added. Choose another name.")
    now = see(tx, clock)
    values = {"name": name, "name_key": name.casefold(), "kind": kind.value, "is_test": is_test, "is_off": False}
    setup_rows.add(tx, sealed, **values, added_at=now, changed_at=now)
    added = find_setup(tx, name)
    _write(tx, clock, by, "add_destination", added, kind=kind.value, test=is_test)
    return added


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    """What takes the place of what sets a destination up. `is_same_account`: it leads to where reports lie already."""

    is_test: bool
    is_same_account: bool
    sealed: SealedSetup


def replace_secret(tx: Tx, clock: Clock, by: By, name: str, new: NewSecret) -> None:
    """Put other credentials, or another profile, in the place of a destination's. Raises `NotFound`, `UsageError`.

    1. A test destination stays one, and so does one whose reports count: what was drafted for one kind never goes to
       the other.
    2. While a report is on its way, or lies made, the account stays: another one would be told that there is no such
       report, and it would be filed twice. Another password for the same account is taken at any time.
    """
    found = _locked(tx, name)
    if found.is_test is not new.is_test:
        was, would = ("test", "production") if found.is_test else ("production", "test")
        raise UsageError(
            f"{found.name} is a {was} destination, and this would make it a {would} one. Nothing was changed. Add "
            "another destination for it."
        )
    if not new.is_same_account and setup_rows.count_lying(tx, found.name):
        raise UsageError(
            f"This is another account than {found.name} has, and reports are on their way there or lie made. Nothing "
            "was changed. Wait until they are filed, handed over or withdrawn, or add another destination."
        )
    setup_rows.put_sealed(tx, found.id, new.sealed, changed_at=see(tx, clock))
    _write(tx, clock, by, "replace_destination_secret", found)


def switch(tx: Tx, clock: Clock, by: By, name: str, *, is_off: bool) -> None:
    """Switch a destination off or on. Nothing is written where it is so already. Raises `NotFound`."""
    found = _locked(tx, name)
    if found.is_off is not is_off:
        setup_rows.put(tx, found.id, is_off=is_off)
        _write(tx, clock, by, "switch_destination_off" if is_off else "switch_destination_on", found)


def remove_setup(tx: Tx, clock: Clock, by: By, name: str) -> None:
    """Remove a destination with its secret. Raises `NotFound`, and `UsageError` while something needs it.

    1. No report to it is unfinished: filed, tried and withdrawn ones stay on record without it.
    2. Nothing lies here that was made for it and given up: a worker deletes that first.
    3. No line of the routing table leads to it.
    """
    found = _locked(tx, name)
    unfinished = setup_rows.count_unfinished(tx, found.name)
    if unfinished:
        raise UsageError(
            f"{found.name} has reports that are not finished: {unfinished}. Nothing was removed. Withdraw them, or "
            f"wait until they are filed: safelight report list --to {found.name}"
        )
    if setup_rows.count_undeleted(tx, found.name):
        raise UsageError(
            f"What was made for {found.name} and given up is not deleted yet. Nothing was removed. A worker does that "
            "(safelight worker), while the destination is on."
        )
    if any(each.destination == found.name for each in list_routes(tx)):
        raise UsageError(
            f"The routing table leads to {found.name}. Nothing was removed. Set the table without it first: safelight "
            "destination route set"
        )
    setup_rows.remove(tx, found.id)
    _write(tx, clock, by, "remove_destination", found)


def set_routes(tx: Tx, clock: Clock, by: By, routes: Sequence[Route]) -> None:
    """Put another routing table in the place of the one that is there. Raises `InvalidValue`, `NotFound`."""
    check_routes(routes)
    numbers = {each.destination: find_setup(tx, each.destination).id for each in routes}
    route_rows.replace_all(tx, routes, numbers)
    told = {f"line {each.place}": _line(each)[:100] for each in routes}
    log.write(
        tx, clock=clock, actor=by.actor, verb="set_report_routes", target="report_routes:all", reason=by.reason,
        details={"lines": len(routes), **told},
    )  # fmt: skip


def note_trial(tx: Tx, clock: Clock, by: By, setup: Setup) -> None:
    """Note that somebody asks a destination whether it lets us in."""
    _write(tx, clock, by, "test_destination", setup)


def _line(route: Route) -> str:
    words = (route.jurisdiction, route.service, route.incident_type.value if route.incident_type else "")
    return f"{' '.join(word or '*' for word in words)} -> {route.destination}"


def _locked(tx: Tx, name: str) -> Setup:
    found = setup_rows.lock(tx, name)
    if found is None:
        raise missing_setup(name)
    return found


def _write(tx: Tx, clock: Clock, by: By, verb: str, setup: Setup, **details: int | str) -> None:
    target, told = f"report_destination:{setup.id}", {"name": setup.name, **details}
    log.write(tx, clock=clock, actor=by.actor, verb=verb, target=target, reason=by.reason, details=told)
