"""What every path of HMA's surface is given."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from anyio import to_thread
from starlette.requests import Request

from safelight.banks import queries
from safelight.banks.bank import Bank
from safelight.database.transaction import read
from safelight.roles import Actor, require_bank
from safelight.web.hma.answer import Refused
from safelight.web.hma.parts import HmaParts

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The parts of the service, and how they are asked."""

    parts: HmaParts

    async def ask(self, question: Callable[[], _T]) -> _T:
        """Ask something that may wait for a disk or a database, in a thread."""
        return await to_thread.run_sync(question, limiter=self.parts.questions)

    async def scan(self, work: Callable[[], _T]) -> _T:
        """Do something that takes a worker process, in a thread. Raises as `place` where all are taken for too long."""
        scanning = self.parts.scanning
        return await (to_thread.run_sync(work) if scanning is None else scanning.run(work))

    async def find_bank(self, request: Request, actor: Actor) -> Bank:
        """Return the bank that a path names.

        Raises `NotFound` where there is none: some clients then delete their own record of it. So whatever else is in
        the way is told otherwise: `NotAllowed` for one that the key is not for, `Refused` for an allow-list.
        """
        name = request.path_params["bank"]
        require_bank(actor, name)

        def ask() -> Bank:
            with read(self.parts.engine) as tx:
                return queries.find_bank(tx, name)

        bank = await self.ask(ask)
        if bank.is_allow_list:
            raise Refused(403, "This is an allow-list, whose entries are no matches: HMA has none. Nothing was done.")
        return bank
