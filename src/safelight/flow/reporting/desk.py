"""The desk at which reports are written and let go."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.errors import UsageError
from safelight.flow.review.acting import present
from safelight.keys.interface import KeyService
from safelight.reporting.destinations.interface import Destination, Form
from safelight.reporting.paper import Paper
from safelight.roles import Actor, Permission, require_permission
from safelight.vault.vault import Vault

FindDestination = Callable[[str], Destination]
"""Returns the destination of a name, as the operator has set it up at this moment.

Raises `NotFound` for none of that name, `UsageError` for one that is switched off, `KeysUnusable`. Call it outside of
any transaction: what it needs is sealed, and the key service may be far.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDesk:
    """The parts that every act upon reports takes, and who acts.

    `find` finds destinations to write for, `find_for_sending` those that something may be sent to at this moment
    (without it, the same). `forms` are those of all papers, by their names: what was written is read without its
    destination. `needs_another`: whoever completed a report does not approve it. `is_alone`: single-person
    mode is on.
    """

    engine: Engine
    clock: Clock
    vault: Vault
    actor: Actor
    find: FindDestination
    forms: Mapping[str, Form] = field(repr=False)
    needs_another: bool = True
    is_alone: bool = False
    find_for_sending: FindDestination | None = None

    @property
    def keys(self) -> KeyService:
        """What opens and seals what reports say."""
        return self.vault.keys

    def form_of(self, paper: Paper) -> Form:
        """Return the form of a paper. Raises `UsageError` for one that this program does not have."""
        found = self.forms.get(paper.form)
        if found is None:
            raise UsageError(f"This program has no form {paper.form!r}. Use the newer one that the report is of.")
        return found

    def require_sendable(self, name: str) -> None:
        """Raise, as a `FindDestination` does, where nothing may be sent to a destination at this moment."""
        (self.find_for_sending or self.find)(name)

    @contextmanager
    def acting(self, permission: Permission) -> Iterator[tuple[Tx, Actor]]:
        """Give a transaction, and who acts in it. Raises `NotAllowed` without the permission at this moment."""
        with write(self.engine) as tx:
            actor = present(tx, self.actor)
            require_permission(actor, permission)
            yield tx, actor
