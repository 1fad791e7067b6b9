"""The desk at which reports are written and let go."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.errors import NotFound
from safelight.flow.review.acting import present
from safelight.keys.interface import KeyService
from safelight.reporting.destinations.interface import Channel
from safelight.roles import Actor, Permission, require_permission


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDesk:
    """The parts that every act upon reports takes, and who acts. `channels` are those that the operator set up.

    `needs_another`: whoever completed a report does not approve it. `is_alone`: single-person mode is on.
    """

    engine: Engine
    clock: Clock
    keys: KeyService
    actor: Actor
    channels: Mapping[str, Channel]
    needs_another: bool = True
    is_alone: bool = False

    @contextmanager
    def acting(self, permission: Permission) -> Iterator[tuple[Tx, Actor]]:
        """Give a transaction, and who acts in it. Raises `NotAllowed` without the permission at this moment."""
        with write(self.engine) as tx:
            actor = present(tx, self.actor)
            require_permission(actor, permission)
            yield tx, actor

    def channel(self, name: str) -> Channel:
        """Return a channel. Raises `NotFound`."""
        return find_channel(self.channels, name)


def find_channel(channels: Mapping[str, Channel], name: str) -> Channel:
    """Return a channel. Raises `NotFound`, which names those that there are."""
    found = channels.get(name)
    if found is None:
        known = ", ".join(sorted(channels)) or "none"
        raise NotFound(f"There is no destination {name!r} here. Set up: {known}. Nothing was sent.")
    return found
