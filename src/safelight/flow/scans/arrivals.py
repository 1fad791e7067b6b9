"""Media that arrives: scanned now or later, once for each request, and what follows from that."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.errors import SandboxUnavailable
from safelight.flow.scans.answer import ScanAnswer
from safelight.flow.scans.fetching import fetched
from safelight.flow.scans.once import Once, RequestDigester
from safelight.flow.scans.preserving import SpooledArrival, manifest_of
from safelight.flow.scans.queued_scans import Scan, accept_scan
from safelight.flow.scans.settling import Record, Scanned, Settling
from safelight.flow.scans.unscanned import OwnFault, Treatment
from safelight.intake import requests
from safelight.intake.media import Digests, Media, Origin, Subject
from safelight.intake.reference import Reference
from safelight.intake.request import Claim, IdempotencyKey
from safelight.intake.sources.interface import Fetchable
from safelight.intake.spooled import Spooled
from safelight.matching.match import Verdict
from safelight.review.case import check_platform_id
from safelight.roles import Actor, Permission, require_permission
from safelight.vault.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Media that was spooled, and what the platform told of it. `key` is what the request came under, if anything.

    The spool stays the caller's to drop: what is kept of it has been taken over by then.
    """

    spooled: Spooled
    origin: Origin = Origin()
    subject: Subject | None = None
    key: IdempotencyKey | None = None

    @property
    def known_by(self) -> Digests:
        """What tells it from other media, for a request that comes again."""
        return self.spooled.digests

    @contextmanager
    def at_hand(self) -> Iterator["Arrived"]:
        """Give it: it is here."""
        yield self


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred:
    """Media that is named and not sent, and what the platform told of it.

    It is fetched within its request's claim: of two requests under one key at the same time, one fetches.
    """

    reference: Reference
    media: Fetchable
    origin: Origin = Origin()
    subject: Subject | None = None
    key: IdempotencyKey | None = None

    @property
    def known_by(self) -> Reference:
        """What tells it from other media, for a request that comes again: its name, whatever lies there by then."""
        return self.reference

    @contextmanager
    def at_hand(self) -> Iterator[Arrived]:
        """Fetch it for the length of a block. Raises as `fetched` does."""
        with fetched(self.media) as spooled:
            yield Arrived(spooled=spooled, origin=self.origin, subject=self.subject, key=self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Takes in media that arrives, from any number of threads.

    `scan` holds it against the banks of `bank_ids` (None: every enabled one); what has to wait is matched against the
    same ones later.
    """

    engine: Engine
    scan: Scan
    settling: Settling
    once: Once
    digester: RequestDigester
    bank_ids: frozenset[int] | None = None

    def take_in(self, actor: Actor, arrived: Arrived | Referred) -> ScanAnswer:
        """Scan media and do what follows, in one transaction; return the answer once that is committed.

        Where nothing can be scanned through a fault of ours it is put off, by the policy for `unavailable`. A repeat
        gets the answer that the request got before. Raises NotAllowed without `media:scan`; InvalidValue for an id or
        a key that cannot be kept; IdempotencyConflict; RequestInFlight; for media that has to be fetched what `fetched`
        raises; and the errors of keys, store, clock and database: then nothing was done.
        """
        return self._answer(actor, arrived, self._scan)

    def queue(self, actor: Actor, arrived: Arrived | Referred) -> ScanAnswer:
        """Keep media to be scanned by a job; return an answer without a verdict, and with the job's number.

        What has to be fetched is fetched first: that it can be had is part of the answer. Raises as `take_in` does,
        and SpoolFull.
        """
        return self._answer(actor, arrived, self._queue)

    def put_off(self, actor: Actor, arrived: Arrived | Referred, fault: OwnFault) -> ScanAnswer:
        """Treat media, unseen, by the policy for a fault of ours: `not_scanned`, and scanned by a job if it is kept.

        Where the spool has no room it is rejected; but raises `SpoolFull` for `busy`, which soon passes: nothing is
        written down then, so that the sender can come again under the same key. Raises as `take_in` does.
        """
        return self._answer(actor, arrived, partial(self._put_off, fault=fault))

    def _answer(self, actor: Actor, arrived: Arrived | Referred, act: "_Act") -> ScanAnswer:
        require_permission(actor, Permission.MEDIA_SCAN)
        check_platform_id(arrived.origin.platform_content_id, "content")
        if arrived.subject is not None:
            check_platform_id(arrived.subject.id, "account")

        def answer(request_id: str, claim: Claim | None) -> ScanAnswer:
            with arrived.at_hand() as here:
                return act(_Asked(id=request_id, actor=actor, arrived=here, claim=claim))

        if arrived.key is None:
            return answer(uuid.uuid4().hex, None)
        digests = self.digester.digest(
            arrived.key, arrived.known_by, arrived.origin, arrived.subject, bank_ids=self.bank_ids
        )
        return self.once.answer(digests, lambda claim: answer(claim.id, claim))

    def _scan(self, asked: "_Asked") -> ScanAnswer:
        arrived = asked.arrived
        arrival = SpooledArrival(content=arrived.spooled, origin=arrived.origin, subject=arrived.subject)
        try:
            result = self.scan(arrival)
        except SandboxUnavailable:
            return self._put_off(asked, fault=OwnFault.UNAVAILABLE)
        scanned = Scanned(
            id=asked.id,
            engine=self.engine,
            sealable=arrived.spooled,
            manifest=self._manifest(asked),
            result=result,
            actor=asked.actor,
            writing=lambda: write(self.engine),
            record=self._claimed(asked.claim),
        )
        return self.settling.settle(scanned)

    def _queue(self, asked: "_Asked") -> ScanAnswer:
        self.settling.room.require(self.engine, asked.arrived.spooled.size_bytes)
        return self._keep(asked, ScanAnswer(id=asked.id))

    def _put_off(self, asked: "_Asked", *, fault: OwnFault) -> ScanAnswer:
        treatment = self.settling.policy.treat(fault)
        if fault is OwnFault.BUSY and treatment is not Treatment.REJECT:
            self.settling.room.require(self.engine, asked.arrived.spooled.size_bytes)
        elif not self.settling.room.has_room(self.engine, asked.arrived.spooled.size_bytes):
            treatment = Treatment.REJECT
        answer = ScanAnswer(id=asked.id, verdict=Verdict.NOT_SCANNED, fault=fault.value, treatment=treatment)
        if treatment is not Treatment.REJECT:
            answer = self._keep(asked, answer)
        elif asked.claim is not None:
            with write(self.engine) as tx:
                requests.answer(tx, self.once.clock, asked.claim, answer.outcome)
        self.settling.count(answer)
        return answer

    def _keep(self, asked: "_Asked", answer: ScanAnswer) -> ScanAnswer:
        """Keep media beside the job that scans it, and write the answer down: it can be asked for by its id."""
        kept: list[ScanAnswer] = []

        def record(tx: Tx, spool_id: str, job_id: int) -> None:
            told = _with_job(answer, spool_id, job_id)
            if asked.claim is not None:
                requests.answer(tx, self.once.clock, asked.claim, told.outcome)
            else:
                requests.add_answered(tx, self.once.clock, told.id, told.outcome)
            if told.verdict is not None:
                self.settling.also(tx, told)
            kept.append(told)

        keeping, spooled = self.settling.keeping, asked.arrived.spooled
        accept_scan(self.engine, keeping, asked.actor, spooled, self._manifest(asked), also=record)
        return kept[-1]

    def _manifest(self, asked: "_Asked") -> Manifest:
        arrived = asked.arrived
        media = Media(
            id=asked.id,
            size_bytes=arrived.spooled.size_bytes,
            digests=arrived.spooled.digests,
            arrived_at=self.once.clock.now(),
            origin=arrived.origin,
        )
        return manifest_of(media, sealed_by=asked.actor, subject=arrived.subject, bank_ids=self.bank_ids)

    def _claimed(self, claim: Claim | None) -> Record | None:
        if claim is None:
            return None
        return lambda tx, answer: requests.answer(tx, self.once.clock, claim, answer.outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A request that is being answered, under the claim that it takes if it came under a key."""

    id: str
    actor: Actor
    arrived: Arrived
    claim: Claim | None = None


_Act = Callable[[_Asked], ScanAnswer]


def _with_job(answer: ScanAnswer, spool_id: str, job_id: int) -> ScanAnswer:
    return replace(answer, spool_id=spool_id, job_id=job_id)
