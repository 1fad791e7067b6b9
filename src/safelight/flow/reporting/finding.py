"""Finding destinations: what the operator set up, opened as it stands at this moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.errors import UsageError
from safelight.keys.interface import KeyService
from safelight.reporting.destinations.interface import Answer, Destination
from safelight.reporting.setup import Setup, SetupKind, require_live, require_usable
from safelight.reporting.setup_queries import find_setup, sealed_setup


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A destination that was opened. `greet` asks it whether it lets us in, and tells it nothing; None for no wire.

    `account` says whose reports lie there: what one account opened, another one cannot settle.
    """

    destination: Destination
    account: str = field(default="", repr=False)
    greet: Callable[[], Answer[None]] | None = field(default=None, repr=False)


Opener = Callable[[str, bytes], Opened]
"""Opens the destination of a name from what sets it up.

Raises `InvalidValue`, with nothing of that in the text, where it cannot be used.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destinations:
    """Finds destinations by their names. `is_live`: the operator has switched live reporting on.

    Its functions read the database and ask the key service: call them outside of any transaction.
    """

    engine: Engine
    keys: KeyService
    openers: Mapping[SetupKind, Opener] = field(repr=False)
    is_live: bool = False

    def find(self, name: str) -> Destination:
        """Return a destination to write for. Raises as `FindDestination` says."""
        setup, opened = self.look_up(name)
        require_usable(setup)
        return opened.destination

    def find_for_sending(self, name: str) -> Destination:
        """Return a destination that something may be sent to, as the switches stand. Raises as `FindDestination` says.

        1. It is set up, and not switched off.
        2. Its reports count as nothing, or live reporting is on.
        """
        with read(self.engine) as tx:
            require_live(find_setup(tx, name), is_live=self.is_live)
        return self.find(name)

    def look_up(self, name: str) -> tuple[Setup, Opened]:
        """Return a destination, be it switched off. Raises `NotFound`, `KeysUnusable`, `UsageError`."""
        with read(self.engine) as tx:
            setup = find_setup(tx, name)
            sealed = sealed_setup(tx, setup)
        return setup, self.open(setup.kind, setup.name, sealed.open(self.keys))

    def open(self, kind: SetupKind, name: str, config: bytes) -> Opened:
        """Open a destination. Raises `InvalidValue`, and `UsageError` for a kind that this program does not have."""
        opener = self.openers.get(kind)
        if opener is None:
            raise UsageError(f"This program has no destinations of the kind {kind.value}. Nothing was done.")
        return opener(name, config)
