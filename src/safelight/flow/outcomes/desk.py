"""The desk at which is written down what comes after a report, and at which it is counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.flow.review.acting import present
from safelight.keys.interface import KeyService
from safelight.keys.recovery import require_exported
from safelight.outcomes import queries
from safelight.outcomes.sealed_text import SealedText, open_text, seal_text
from safelight.roles import Actor, Permission, require_permission
from safelight.vault.content_digest import digest_secret
from safelight.vault.hold import LAW_ENFORCEMENT_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDesk:
    """The parts that every act upon outcomes takes, and who acts. What they may do is asked of the database each time.

    `law_enforcement_days` is how long a request to preserve holds evidence.
    """

    engine: Engine
    clock: Clock
    keys: KeyService
    actor: Actor
    law_enforcement_days: int = LAW_ENFORCEMENT_DAYS

    @contextmanager
    def acting(self, permission: Permission) -> Iterator[tuple[Tx, Actor]]:
        """Give a transaction, and who acts in it. Raises `NotAllowed` without the permission at this moment."""
        with write(self.engine) as tx:
            actor = present(tx, self.actor)
            require_permission(actor, permission)
            yield tx, actor

    @contextmanager
    def asking(self, permission: Permission = Permission.OUTCOME_READ) -> Iterator[Tx]:
        """Give a transaction that only reads. Raises `NotAllowed` without the permission at this moment."""
        with read(self.engine) as tx:
            require_permission(present(tx, self.actor), permission)
            yield tx

    def seal(self, text: str, name: str | None = None) -> SealedText:
        """Seal a text; call it outside of any transaction. Raises `KeysNotExported`, `KeysUnusable`, `InvalidValue`."""
        require_exported(self.keys)
        return seal_text(self.keys, text, name)

    def open_text(self, text_id: str | None) -> str:
        """Return what was sealed, for who has asked whether they may read it; call it outside of any transaction.

        Raises `NotFound` where it was erased, or never was, and `KeysUnusable`.
        """
        with read(self.engine) as tx:
            sealed = queries.sealed_text(tx, text_id)
        return open_text(self.keys, sealed)

    def secret(self) -> bytes:
        """Return the installation's secret for keyed digests; call it outside of any transaction."""
        require_exported(self.keys)
        return digest_secret(self.engine, self.keys, self.clock)
