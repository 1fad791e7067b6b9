"""The live parts that a running service stands on, joined once and used by every door."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from safelight.app.evidence_parts import (
    job_handlers,
    job_periods,
    open_spool,
    process_name,
    sweep_blobs,
)
from safelight.app.outbound_parts import open_fetching, open_object, open_url
from safelight.app.parts import open_hashers, open_pool
from safelight.app.recent_parts import keep_for, keeping_recent, recent_handlers, recent_periods
from safelight.app.reporting_parts import filing_handlers
from safelight.app.workspace import Workspace
from safelight.errors import OutboundRefused
from safelight.flow.audit_keeping import keeping_audit
from safelight.flow.banks.explaining import chosen_banks
from safelight.flow.banks.flood_watch import FloodWatch
from safelight.flow.banks.following import following
from safelight.flow.chain import ScanResult, scan
from safelight.flow.gate import Gate
from safelight.flow.recent.judging import Judging
from safelight.flow.recent.keeping import RecentKeeper
from safelight.flow.scans.arrivals import Arrivals
from safelight.flow.scans.once import Once, RequestDigester
from safelight.flow.scans.tally import ScanTally
from safelight.hashing.interface import Hasher
from safelight.intake.reference import Reference, ReferenceKind
from safelight.intake.sources.interface import Arrival, Fetchable
from safelight.intake.sources.url import UrlArrival
from safelight.intake.spool import Spool
from safelight.jobs.worker import Worker
from safelight.matching.asked import ids_of_banks, require_something, within
from safelight.matching.follower import Tell
from safelight.matching.live_banks import LiveBanks
from safelight.matching.snapshot import Snapshot, take_snapshot
from safelight.sandbox.pool import Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What doors use: the installation, its banks as they stand now, worker processes, and a spool for what arrives.

    `fetch` gives what an address holds, `fetch_object` an object by its reference; each is None where the operator
    allows no hosts, or no buckets. `keeper` keeps what matched nothing; it is None where that is switched off. Scanning
    and hashing may be asked from as many threads as there are workers.
    """

    house: Workspace
    banks: LiveBanks
    spool: Spool
    watch: FloodWatch
    hashers: Sequence[Hasher]
    pool: Pool
    gate: Gate
    fetch: Callable[[str], UrlArrival] | None
    fetch_object: Callable[[str], Fetchable] | None
    tally: ScanTally
    digester: RequestDigester
    once: Once
    keeper: RecentKeeper | None

    def scan(self, arrival: Arrival, bank_ids: frozenset[int] | None = None) -> ScanResult:
        """Hash what arrived and match it, and count what it matched for the flood guard.

        It is matched against the banks of these numbers as they stand (None: every enabled one); what is gone of them
        is left out. Raises `NothingToMatch`: then the media was not scanned.
        """

        def take() -> Snapshot:
            return require_something(within(self.banks.snapshot(), bank_ids))

        take()  # before the work is done
        result = scan(arrival, clock=self.house.clock, hashers=self.hashers, take_snapshot=take)
        self.watch.count(result)
        return result

    def standing(self, bank_names: frozenset[str] | None = None) -> Snapshot:
        """Return the banks as they stand, to explain by: unlike a scan this takes disabled ones. Raises `NotFound`."""
        holdings = self.banks.holdings
        return take_snapshot(holdings, chosen_banks(holdings, bank_names), self.banks.find_entries)

    def arrivals(self, bank_names: frozenset[str] | None = None) -> Arrivals:
        """Return what takes in media, matches it against these banks (None: all enabled), and does what follows.

        Raises `NotFound` or `UsageError` for a bank that cannot be searched: before anything is taken in.
        """
        bank_ids = None if bank_names is None else ids_of_banks(self.banks.holdings, bank_names)
        return self.house.arrivals_by(
            lambda arrival: self.scan(arrival, bank_ids),
            once=self.once,
            keep=keep_for(self.keeper),
            bank_ids=bank_ids,
            digester=self.digester,
            count=self.tally.count,
        )

    def refer(self, reference: Reference) -> Fetchable:
        """Return media that is named, to be fetched when it is opened. Raises `OutboundRefused` where none is."""
        is_url = reference.kind is ReferenceKind.URL
        fetch = self.fetch if is_url else self.fetch_object
        if fetch is None:
            setting = "hosts (`fetch_hosts`)" if is_url else "buckets (`fetch_buckets`)"
            raise OutboundRefused(
                f"This service fetches nothing of this kind: its operator lists no {setting}. Send the media itself."
            )
        return fetch(reference.address)

    def hash(self, arrival: Arrival) -> ScanResult:
        """Hash what arrived, and match it against nothing."""
        return scan(arrival, clock=self.house.clock, hashers=self.hashers, take_snapshot=lambda: None)


@contextmanager
def open_service(house: Workspace, tell: Tell) -> Iterator[Service]:
    """Give the parts of a service; they are closed with the block.

    Banks are followed and the audit log is kept meanwhile. Unlike a scan of the command line this starts without any
    bank. Raises SandboxUnavailable, DatabaseUnusable, StoreUnusable.
    """
    settings = house.settings
    sweep_blobs(house.blobs)
    keys = house.keys if house.keys.exists() else None
    follower = house.open_follower(tell)
    heads_every = timedelta(seconds=settings.audit_head_seconds)
    with (
        following(follower, every_s=settings.follow_seconds),
        open_pool(settings) as pool,
        open_spool(settings) as spool,
        closing(house.flood_watch(tell)) as watch,
        keeping_audit(house.engine, house.clock, keys, tell=tell, heads_every=heads_every),
        house.gate(tell=tell) as gate,
        closing(ScanTally(house.engine, house.clock, tell=tell)) as tally,
        house.answering_once(tell) as once,
        keeping_recent(settings, house.engine, house.keys, house.clock, tell) as keeper,
    ):
        yield Service(
            house=house,
            banks=LiveBanks(follower, house.find_entries),
            spool=spool,
            watch=watch,
            hashers=open_hashers(settings, pool),
            pool=pool,
            gate=gate,
            fetch=partial(open_url, open_fetching(settings, spool)) if settings.fetch_hosts else None,
            fetch_object=partial(open_object, settings, spool) if settings.fetch_buckets else None,
            tally=tally,
            digester=RequestDigester(house.engine, house.keys, house.clock),
            once=once,
            keeper=keeper,
        )


def open_worker(service: Service, threads: int, tell: Tell) -> Worker:
    """Return a worker that carries out every kind of job with the parts of a service."""
    house = service.house
    settings, who = house.settings, (house.keys, house.engine, house.clock)
    keep, judging = keep_for(service.keeper), Judging(lambda: service.banks.holdings, house.find_entries)
    parts = (settings, house.vault, house.actor, service.scan, tell)
    return Worker(
        house.engine,
        house.clock,
        {
            **job_handlers(*parts, count=service.tally.count, also=house.also, keep=keep),
            **recent_handlers(settings, *who, judging=judging, tell=tell),
            **filing_handlers(house.destinations, house.vault, house.actor, tell),
        },
        name=process_name(),
        threads=threads,
        every={**job_periods(), **recent_periods(settings)},
        tell=tell,
    )
