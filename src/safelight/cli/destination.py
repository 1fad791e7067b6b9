"""`safelight destination …`: where reports go. What lets in there goes one way, and is never shown."""

import getpass
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.bank_entry import Reason
from safelight.cli.given_file import read_json, read_text
from safelight.cli.moments import minute
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, warn
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.flow.reporting import setting_up
from safelight.reporting import setup_queries
from safelight.reporting.route import Route
from safelight.reporting.setup import Setup, SetupKind

From = Annotated[Path, Parameter(name="--from", help="A file of JSON that sets it up; `-` is standard input.")]
PasswordFile = Annotated[
    Path | None, Parameter(help="A file that holds the password alone. Else it is asked for at the terminal.")
]

_WITH_PASSWORD = frozenset({SetupKind.NCMEC})


def add(
    name: str,
    /,
    *,
    kind: Annotated[SetupKind, Parameter(help="What it is: an API, or a bundle that a person hands over.")],
    from_: From,
    password_file: PasswordFile = None,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Set a destination up. Nothing is sent to it by this.

    Parameters
    ----------
    name
        What you call it: letters, digits, dots, dashes, underscores.

    """
    config = _config(kind, from_, password_file)
    house = open_named(workspace)
    added = setting_up.add_destination(house.setup_desk(), name, kind, config, reason=reason)
    Voice().say(f"{added.name} is set up. {_counts(added)} What was read is sealed, and is not shown again.")
    if not added.is_test and not house.settings.live_reporting:
        warn("Live reporting is off: nothing is sent there until live_reporting is true in the settings.")
    return 0


def secret(
    name: str,
    /,
    *,
    from_: From,
    password_file: PasswordFile = None,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Put all that sets a destination up, credentials among it, in the place of what did."""
    house = open_named(workspace)
    with read(house.engine) as tx:
        kind = setup_queries.find_setup(tx, name).kind
    changed = setting_up.replace_secret(house.setup_desk(), name, _config(kind, from_, password_file), reason=reason)
    Voice().say(f"{changed.name} is set up anew. Reports that wait for it are tried now.")
    return 0


def list_destinations(*, workspace: Workspace = None) -> int:
    """List the destinations, without anything that is sealed. Times are UTC."""
    house = open_named(workspace)
    with read(house.engine) as tx:
        found = [(each, setup_queries.count_unfinished(tx, each.name)) for each in setup_queries.list_setups(tx)]
    table = new_table("name", "kind", "reports", "state", "unfinished", "added", "set up", whole=("name",))
    for each, unfinished in found:
        times = (minute(each.added_at), minute(each.changed_at))
        what = "test" if each.is_test else "count"
        table.add_row(each.name, each.kind.value, what, _state(each), str(unfinished), *times)
    Voice().print(table)
    _warn_of_switches(house.settings.live_reporting, [each for each, _ in found])
    return 0


def show(name: str, /, *, workspace: Workspace = None) -> int:
    """Show a destination, without anything that is sealed. Times are UTC."""
    house = open_named(workspace)
    with read(house.engine) as tx:
        found = setup_queries.find_setup(tx, name)
        unfinished = setup_queries.count_unfinished(tx, found.name)
        routes = [each for each in setup_queries.list_routes(tx) if each.destination == found.name]
    voice = Voice()
    voice.say(f"{found.name}: {found.kind.value}, {_state(found)}. {_counts(found)}")
    voice.say(f"  added {minute(found.added_at)} UTC, set up {minute(found.changed_at)} UTC")
    voice.say(f"  reports that are not finished: {unfinished}")
    voice.say(f"  the routing table leads here in: {_lines(routes)}")
    _warn_of_switches(house.settings.live_reporting, [found])
    return 0


def ask(name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Ask a destination whether it lets you in. It is called now, and told nothing of any case."""
    setting_up.try_destination(open_named(workspace).setup_desk(), name, reason=reason)
    Voice().say(f"{name} answers, and lets you in.")
    return 0


def off(name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Let nothing be written for a destination or sent to it. Reports to it wait."""
    waiting = setting_up.switch_off(open_named(workspace).setup_desk(), name, reason=reason)
    if waiting:
        warn(f"Reports to {name} that are not finished: {waiting}. They wait until it is on, or are withdrawn.")
    return 0


def on(name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Let a destination be used again. Reports that wait for it are tried at once."""
    waiting = setting_up.switch_on(open_named(workspace).setup_desk(), name, reason=reason)
    if waiting:
        Voice().say(f"Reports to {name} that are not finished: {waiting}. Those that wait are tried now.")
    return 0


def remove(name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Remove a destination with its secret. What was filed there stays on record."""
    setting_up.remove_destination(open_named(workspace).setup_desk(), name, reason=reason)
    return 0


def _config(kind: SetupKind, file: Path, password_file: Path | None) -> object:
    config = read_json(file)
    if not isinstance(config, dict):
        return config
    if password_file is not None:
        if "password" in config:
            raise InvalidValue("The password is in both files. Nothing was changed. Leave it in one of them.")
        return {**config, "password": read_text(password_file).strip("\r\n")}
    if kind in _WITH_PASSWORD and "password" not in config and sys.stderr.isatty():
        return {**config, "password": getpass.getpass("Password: ")}
    return config


def _counts(setup: Setup) -> str:
    return "What it takes counts as nothing." if setup.is_test else "Reports to it count."


def _state(setup: Setup) -> str:
    return "off" if setup.is_off else "on"


def _lines(routes: list[Route]) -> str:
    return ", ".join(f"line {each.place}" for each in routes) or "no line"


def _warn_of_switches(is_live: bool, found: list[Setup]) -> None:
    if not is_live and any(not each.is_test for each in found):
        warn("Live reporting is off (live_reporting): what counts is drafted, and not sent.")
