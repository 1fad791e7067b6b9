"""One installation: its settings, its database, and the parts that work on them."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Self

from safelight.app.access_parts import open_gate, open_sign_in_desk
from safelight.app.evidence_parts import (
    LazyScanner,
    job_handlers,
    job_periods,
    open_blobs,
    open_keys,
    open_settling,
    open_spool,
    process_name,
    sweep_blobs,
)
from safelight.app.outbound_parts import open_sender
from safelight.app.parts import open_database, open_hashers, open_pool
from safelight.app.recent_parts import (
    LazyHoldings,
    flood_rule,
    keep_for,
    keeping_recent,
    recent_handlers,
    recent_periods,
)
from safelight.app.reporting_parts import filing_handlers, open_destinations, open_report_desk, open_setup_desk
from safelight.app.review_parts import house_limits, review_rules
from safelight.app.scanner import Scanner
from safelight.banks import queries as banks
from safelight.banks.bank import check_threshold
from safelight.banks.entry import Entry
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.revision import require_current
from safelight.database.transaction import read, write
from safelight.errors import SafelightError
from safelight.flow.audit_keeping import keeping_audit, number_all
from safelight.flow.banks.explaining import EntryExplanation, chosen_banks, explain_entry
from safelight.flow.banks.flood_watch import FloodWatch
from safelight.flow.banks.following import following
from safelight.flow.chain import ScanResult, record_scan
from safelight.flow.gate import Gate
from safelight.flow.lookup import Lookup
from safelight.flow.notices import NoticeDesk
from safelight.flow.outcomes.desk import OutcomeDesk
from safelight.flow.recent.judging import Judging
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.finding import Destinations
from safelight.flow.reporting.setting_up import SetupDesk
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.scans.arrivals import Arrivals
from safelight.flow.scans.once import LEASE, Once, RequestDigester
from safelight.flow.scans.renewing import Renewing
from safelight.flow.scans.settling import Also, Count, Keep
from safelight.flow.scans.tally import ScanTally
from safelight.flow.scans.telling import tell_answers
from safelight.flow.signing_in.desk import SignInDesk
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import NoSignal, Signal, SignalType
from safelight.intake.sources.interface import Arrival
from safelight.intake.spool import Spool
from safelight.jobs.worker import Worker
from safelight.keys.keeper import KeyKeeper
from safelight.matching.follower import Follower, Tell
from safelight.matching.match import Match
from safelight.matching.matcher import Matcher
from safelight.matching.saved import SavedIndexes
from safelight.matching.snapshot import Snapshot, take_snapshot
from safelight.roles import Actor
from safelight.sandbox.pool import Pool
from safelight.settings import Settings
from safelight.vault.blobs.interface import BlobStore
from safelight.vault.keeping import Keeping
from safelight.vault.vault import Vault

_LOG = logging.getLogger("safelight")


@dataclass(frozen=True)
class Workspace:
    """One installation: its settings, its database, and the parts that work on them."""

    settings: Settings
    clock: Clock
    actor: Actor

    @cached_property
    def engine(self) -> Engine:
        """The database, checked to be of this program's version."""
        engine = open_database(self.settings)
        require_current(engine)
        return engine

    def __enter__(self) -> Self:
        """Use the workspace for the length of a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the workspace."""
        self.close()

    def close(self) -> None:
        """Give what was written its place in the audit log, and close the database if it was opened."""
        if "engine" in self.__dict__:
            self._number_audit()
            self.engine.dispose()

    def _number_audit(self) -> None:
        """Give what was written its place in the audit log. What failed is done by whoever comes next: it is told."""
        try:
            number_all(self.engine)
        except SafelightError as error:
            _LOG.warning("The last entries of the audit log wait for their place in it: %s", error)

    @contextmanager
    def scanner(
        self,
        bank_names: Sequence[str] | None = None,
        *,
        workers: int | None = None,
        threshold: int | None = None,
        tell: Tell = _LOG.warning,
    ) -> Iterator[Scanner]:
        """Give a scanner against the named banks (None: all enabled ones); its worker processes end with the block.

        It follows the banks: what is added or withdrawn meanwhile counts within a second. What it matches is counted
        for the flood guard. `tell` is told at once, in sentences and perhaps from another thread, what somebody should
        know: entries that went into quarantine, counts or saved indexes that failed. Raises NotFound for a name that no
        bank has, UsageError where there is nothing to match against, SandboxUnavailable where outside bytes cannot be
        decoded.
        """
        with (
            self._matcher(bank_names, threshold, tell) as matcher,
            open_pool(self.settings, workers) as pool,
            closing(self.flood_watch(tell)) as watch,
            keeping_audit(self.engine, self.clock, None, tell=tell),
        ):
            yield self._scanner(pool, matcher, watch)

    @contextmanager
    def hasher(self, workers: int | None = None) -> Iterator[Scanner]:
        """Give a scanner that hashes and matches against nothing. Needs no database."""
        with open_pool(self.settings, workers) as pool:
            yield self._scanner(pool, None, None)

    def _scanner(self, pool: Pool, matcher: Matcher | None, watch: FloodWatch | None) -> Scanner:
        hashers = open_hashers(self.settings, pool)
        return Scanner(clock=self.clock, hashers=hashers, matcher=matcher, watch=watch, layers=pool.layers)

    def flood_watch(self, tell: Tell) -> FloodWatch:
        """Return what counts matches for the flood guard; it is the caller's to close."""
        return FloodWatch(self.engine, self.clock, self.actor, rule=flood_rule(self.settings), tell=tell)

    @contextmanager
    def lookup(
        self, bank_names: Sequence[str] | None = None, *, threshold: int | None = None, tell: Tell = _LOG.warning
    ) -> Iterator[Lookup]:
        """Give what matches signals that come without their media, and follows the banks as a scanner does.

        What it matches is not counted for the flood guard: a look-up is no media that arrived. Raises NotFound for a
        name that no bank has, and UsageError where there is nothing to match against.
        """
        with self._matcher(bank_names, threshold, tell) as matcher:
            yield Lookup(matcher=matcher)

    def match(self, signal: Signal, bank_names: Sequence[str] | None = None) -> tuple[Match, ...]:
        """Match one signal that comes without its media. For many, use `lookup`."""
        with self.lookup(bank_names) as lookup:
            return lookup.match(signal).matches

    @contextmanager
    def _matcher(self, bank_names: Sequence[str] | None, threshold: int | None, tell: Tell) -> Iterator[Matcher]:
        if threshold is not None:
            check_threshold(SignalType.PDQ.value, threshold)
        follower = self.open_follower(tell)
        with following(follower, every_s=self.settings.follow_seconds):
            yield Matcher(follower, self.find_entries, bank_names=bank_names, threshold=threshold)

    @contextmanager
    def standing(self, bank_names: Sequence[str] | None = None, *, threshold: int | None = None) -> Iterator[Snapshot]:
        """Give the banks as they stand at this moment, to explain by.

        Unlike a scan this takes banks that are disabled, and an empty workspace. Raises NotFound or InvalidValue.
        """
        if threshold is not None:
            check_threshold(SignalType.PDQ.value, threshold)
        with closing(self.open_follower()) as follower:
            asked = chosen_banks(follower.holdings, bank_names)
            yield take_snapshot(follower.holdings, asked, self.find_entries, threshold=threshold)

    def explain_entry(
        self, snapshot: Snapshot, entry_id: int, answers: Sequence[Signal | NoSignal], media_digest: bytes
    ) -> EntryExplanation:
        """Explain one entry against media, however far it is and whatever became of it or of its bank.

        Raises NotFound for an entry that never was.
        """
        with read(self.engine) as tx:
            return explain_entry(tx, self.clock, snapshot, answers, media_digest, entry_id=entry_id)

    def open_follower(self, tell: Tell = _LOG.warning) -> Follower:
        """Open the indexes of every bank: saved ones are mapped, and brought to where the database is now."""
        flavour = Flavour(self.settings.kernel)
        saved = SavedIndexes(self.settings.workspace / "index", flavour)
        return Follower(self.engine, self.clock, saved, flavour=flavour, tell=tell)

    def find_entries(self, entry_ids: Sequence[int]) -> Mapping[int, Entry]:
        """Return entries by their ids, whatever became of them since: a scan goes by the banks as they stood."""
        with read(self.engine) as tx:
            return banks.published_entries(tx, entry_ids)

    def find_entry_bank(self, entry_id: int) -> str | None:
        """Return the name of the bank that holds an entry, None if there is no such entry."""
        with read(self.engine) as tx:
            found = banks.entries_by_id(tx, [entry_id]).get(entry_id)
            return found[1].name if found else None

    def record_scan(self, verb: str, *, against: str, counts: Mapping[str, int]) -> None:
        """Write into the audit log that a scan began or what it counted. Raises DatabaseUnusable."""
        with write(self.engine) as tx:
            record_scan(tx, self.clock, self.actor, verb=verb, against=against, counts=counts)

    @cached_property
    def keys(self) -> KeyKeeper:
        """What wraps the keys of evidence and signs the audit log."""
        return open_keys(self.settings)

    @cached_property
    def blobs(self) -> BlobStore:
        """Where sealed bytes are."""
        return self.blobs_at("")

    def blobs_at(self, address: str) -> BlobStore:
        """Return the store of sealed bytes at another place, such as where they lived on after a backup."""
        return open_blobs(self.settings, address)

    @cached_property
    def vault(self) -> Vault:
        """What seals evidence, opens it to whom it may, and reads it."""
        return Vault(blobs=self.blobs, keys=self.keys, clock=self.clock)

    @property
    def notice_desk(self) -> NoticeDesk:
        """What adds, changes and tries the addresses that notices go to."""
        return NoticeDesk(
            engine=self.engine,
            clock=self.clock,
            actor=self.actor,
            keys=self.keys,
            sender=open_sender(self.settings),
            most_failures=self.settings.notice_pause_after,
        )

    def review_desk(self, actor: Actor | None = None) -> ReviewDesk:
        """Return where somebody reviews: whoever acts here, or another, such as who signed in."""
        return ReviewDesk(
            engine=self.engine,
            clock=self.clock,
            actor=actor or self.actor,
            keys=self.keys,
            rules=review_rules(self.settings),
            limits=house_limits(self.settings),
            appeal_days=self.settings.appeal_days,
        )

    def outcome_desk(self, actor: Actor | None = None) -> OutcomeDesk:
        """Return where it is written down what comes after reports, by whoever acts here, or by another."""
        return OutcomeDesk(
            engine=self.engine,
            clock=self.clock,
            keys=self.keys,
            actor=actor or self.actor,
            law_enforcement_days=self.settings.law_enforcement_hold_days,
        )

    @cached_property
    def destinations(self) -> Destinations:
        """What finds the destinations of reports, as they are set up at each moment."""
        return open_destinations(self.settings, self.engine, self.keys, self.clock)

    def report_desk(self, actor: Actor | None = None) -> ReportDesk:
        """Return where somebody writes reports and lets them go: whoever acts here, or another."""
        return open_report_desk(self.settings, self.destinations, self.vault, actor or self.actor)

    def setup_desk(self, actor: Actor | None = None) -> SetupDesk:
        """Return where somebody says where reports go: whoever acts here, or another."""
        return open_setup_desk(self.destinations, self.clock, actor or self.actor)

    @cached_property
    def sign_in_desk(self) -> SignInDesk:
        """What persons sign in by."""
        return open_sign_in_desk(self.settings, self.engine, self.clock, self.keys)

    def open_spool(self) -> Spool:
        """Open a spool for arriving bytes; it is the caller's to close."""
        return open_spool(self.settings)

    @property
    def keeping(self) -> Keeping:
        """What keeps bytes in the sealed spool until they were scanned."""
        return Keeping(blobs=self.blobs, keys=self.keys, clock=self.clock)

    @property
    def also(self) -> Also:
        """What else happens in the transaction that seals what matched, or holds what could not be scanned."""
        return tell_answers(self.clock)

    @contextmanager
    def arrivals(self, scanner: Scanner, *, tell: Tell = _LOG.warning) -> Iterator[Arrivals]:
        """Give what takes in media that arrives, scans it with this scanner, and does what follows.

        What is counted is written down at the end of the block at the latest.
        """

        def scan(arrival: Arrival) -> ScanResult:
            result = scanner.scan(arrival)
            scanner.count(result)
            return result

        with (
            closing(ScanTally(self.engine, self.clock, tell=tell)) as tally,
            self.answering_once(tell) as once,
            keeping_recent(self.settings, self.engine, self.keys, self.clock, tell) as keeper,
        ):
            digester = RequestDigester(self.engine, self.keys, self.clock)
            yield self.arrivals_by(scan, once=once, digester=digester, count=tally.count, keep=keep_for(keeper))

    @contextmanager
    def answering_once(self, tell: Tell) -> Iterator[Once]:
        """Give what lets each request be answered once; the claims of requests under way are renewed meanwhile."""
        with closing(Renewing(self.engine, self.clock, lease=LEASE, tell=tell)) as renewing:
            kept = timedelta(days=self.settings.idempotency_days)
            yield Once(engine=self.engine, clock=self.clock, kept=kept, renewing=renewing)

    def arrivals_by(
        self,
        scan: Callable[[Arrival], ScanResult],
        *,
        once: Once,
        digester: RequestDigester,
        count: Count,
        keep: Keep,
        bank_ids: frozenset[int] | None = None,
    ) -> Arrivals:
        """Return what takes in media, scans it in this way against these banks (None: all), and does what follows."""
        return Arrivals(
            engine=self.engine,
            scan=scan,
            settling=open_settling(self.settings, self.vault, count=count, also=self.also, keep=keep),
            once=once,
            digester=digester,
            bank_ids=bank_ids,
        )

    @contextmanager
    def gate(self, *, tell: Tell = _LOG.warning) -> Iterator[Gate]:
        """Give what the requests of services pass: it tells who asks by which API key, and how often they may."""
        with closing(open_gate(self.settings, self.engine, self.clock, tell)) as gate:
            yield gate

    @contextmanager
    def worker(self, threads: int = 1, *, tell: Tell = _LOG.warning) -> Iterator[Worker]:
        """Give a worker that carries out every kind of job, and keeps the audit log meanwhile."""
        sweep_blobs(self.blobs)
        settings, who = self.settings, (self.keys, self.engine, self.clock)
        keys = self.keys if self.keys.exists() else None
        heads_every = timedelta(seconds=settings.audit_head_seconds)
        with (
            keeping_audit(self.engine, self.clock, keys, tell=tell, heads_every=heads_every),
            closing(LazyScanner(lambda stack: stack.enter_context(self.scanner(tell=tell)))) as scanner,
            closing(LazyHoldings(lambda: self.open_follower(tell), every_s=settings.follow_seconds)) as searched,
            closing(ScanTally(self.engine, self.clock, tell=tell)) as tally,
            keeping_recent(settings, self.engine, self.keys, self.clock, tell) as keeper,
        ):
            parts = (settings, self.vault, self.actor, scanner.scan, tell)
            judging = Judging(searched.holdings, self.find_entries)
            yield Worker(
                self.engine,
                self.clock,
                {
                    **job_handlers(*parts, count=tally.count, also=self.also, keep=keep_for(keeper)),
                    **recent_handlers(settings, *who, judging=judging, tell=tell),
                    **filing_handlers(self.destinations, self.vault, self.actor, tell),
                },
                name=process_name(),
                threads=threads,
                every={**job_periods(), **recent_periods(settings)},
                tell=tell,
            )
