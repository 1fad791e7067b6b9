"""The desk: the parts that every act of reviewing takes, and who acts, by what they may do at this moment."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from safelight.banks import queries as banks
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.flow.review.acting import present
from safelight.keys.interface import KeyService
from safelight.keys.recovery import require_exported
from safelight.review.exposure.limits import Limits
from safelight.review.reader import Reader, reader_of
from safelight.review.rules import ReviewRules
from safelight.review.sealed_text import SealedText, TextPurpose, seal_text
from safelight.review.steps import Bench
from safelight.roles import Actor, Permission, require_permission
from safelight.vault.content_digest import digest_secret
from safelight.vault.hold import APPEAL_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDesk:
    """Where somebody reviews. What they may do is asked of the database in each act, not of whoever made the desk.

    `limits` are the house's limits on the dose.
    """

    engine: Engine
    clock: Clock
    actor: Actor
    keys: KeyService
    rules: ReviewRules = field(default_factory=ReviewRules)
    limits: Limits = field(default_factory=Limits)
    appeal_days: int = APPEAL_DAYS

    @contextmanager
    def acting(self, permission: Permission | None = None) -> Iterator[tuple[Tx, Actor]]:
        """Give a transaction, and who acts in it. Raises `NotAllowed` without the permission at this moment."""
        with write(self.engine) as tx:
            actor = present(tx, self.actor)
            if permission is not None:
                require_permission(actor, permission)
            yield tx, actor

    def reader(self, actor: Actor, without: Collection[str] = ()) -> Reader:
        """Return somebody as a reader, by the rules. Raises `NotAllowed` for a program, `InvalidValue`."""
        return reader_of(actor, without=without, is_single_person_mode=self.rules.is_single_person_mode)

    def bench(self, actor: Actor, secret: bytes) -> Bench:
        """Return what deciding takes."""
        return Bench(
            clock=self.clock,
            actor=actor,
            reader=self.reader(actor),
            rules=self.rules,
            verified=banks.verified_entries,
            secret=secret,
        )

    def seal(self, purpose: TextPurpose, text: str) -> SealedText:
        """Seal a text; call it outside of any transaction. Raises `KeysNotExported`, `KeysUnusable`, `InvalidValue`."""
        require_exported(self.keys)
        return seal_text(self.keys, purpose, text)

    def secret(self) -> bytes:
        """Return the installation's secret for keyed digests; call it outside of any transaction."""
        require_exported(self.keys)
        return digest_secret(self.engine, self.keys, self.clock)
