"""The composition root: the only place that chooses parts and joins them."""

import io
import logging
import os
import pwd
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from safelight.banks import queries as banks
from safelight.banks.bank import check_threshold
from safelight.banks.entry import Entry
from safelight.banks.exchanges.bank_dump import BankDump
from safelight.banks.exchanges.bare_lines import BareLines
from safelight.banks.exchanges.csv_list import CsvList
from safelight.banks.exchanges.interface import ListReader, ListWriter
from safelight.banks.exchanges.json_lines import JsonLines
from safelight.banks.exchanges.typed_lines import TypedLines
from safelight.banks.fields import Given
from safelight.banks.flood import FloodRule
from safelight.banks.list_format import ListFormat
from safelight.clock import Clock, SystemClock
from safelight.database.engine import Engine, open_engine
from safelight.database.revision import require_current, upgrade
from safelight.database.transaction import read, write
from safelight.errors import AlreadyExists, InvalidValue, UsageError, WorkspaceMissing
from safelight.flow.chain import (
    ScanExplanation,
    ScanResult,
    explain_scan,
    record_scan,
    scan,
)
from safelight.flow.entry_explaining import EntryExplanation, chosen_banks, explain_entry
from safelight.flow.flood_watch import FloodWatch, Quarantined
from safelight.flow.following import following
from safelight.flow.lookup import Lookup
from safelight.hashing.hashed import Hashed
from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.hashing.hashers.pdq import TASKS, PdqHasher
from safelight.hashing.interface import Hasher
from safelight.hashing.pdq import Flavour
from safelight.hashing.request import ImageOptions
from safelight.hashing.signal import NoSignal, Signal, SignalType
from safelight.intake.sources.folder import FileArrival, FolderSource
from safelight.intake.sources.interface import Arrival, Source, Stamp
from safelight.intake.sources.stream import StreamArrival, StreamSource
from safelight.matching.follower import Follower, Tell
from safelight.matching.match import Match
from safelight.matching.matcher import Matcher
from safelight.matching.saved import SavedIndexes
from safelight.matching.snapshot import Snapshot, take_snapshot
from safelight.roles import Actor, ActorKind
from safelight.sandbox.layer import Layer, Rule
from safelight.sandbox.limits import Limits
from safelight.sandbox.pool import Pool
from safelight.settings import FILE_NAME, MOST_WORKERS, Settings, find_workspace, is_workspace_named, load_settings

_LOG = logging.getLogger("safelight")

_NEW_SETTINGS = """\
# Settings of this Safelight workspace. Every setting and its default: docs/reference/settings.md
# Each can be set here, or as SAFELIGHT_<NAME> in the environment.

# sandbox_rule = "all"   # refuse to decode unless every layer of the sandbox holds
"""


@dataclass(frozen=True)
class Workspace:
    """One installation: its settings, its database, and the parts that work on them."""

    settings: Settings
    clock: Clock
    actor: Actor

    @cached_property
    def engine(self) -> Engine:
        """The database, checked to be of this program's version."""
        engine = _open_engine(self.settings)
        require_current(engine)
        return engine

    @contextmanager
    def scanner(
        self,
        bank_names: Sequence[str] | None = None,
        *,
        workers: int | None = None,
        threshold: int | None = None,
        tell: Tell = _LOG.warning,
    ) -> Iterator["Scanner"]:
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
            closing(self._flood_watch(tell)) as watch,
        ):
            yield self._scanner(pool, matcher, watch)

    @contextmanager
    def hasher(self, workers: int | None = None) -> Iterator["Scanner"]:
        """Give a scanner that hashes and matches against nothing. Needs no database."""
        with open_pool(self.settings, workers) as pool:
            yield self._scanner(pool, None, None)

    def _scanner(self, pool: Pool, matcher: Matcher | None, watch: FloodWatch | None) -> "Scanner":
        hashers = open_hashers(self.settings, pool)
        return Scanner(clock=self.clock, hashers=hashers, matcher=matcher, watch=watch, layers=pool.layers)

    def _flood_watch(self, tell: Tell) -> FloodWatch:
        set_ = self.settings
        rule = FloodRule(
            minimum=set_.flood_guard_minimum,
            factor=set_.flood_guard_factor,
            days=set_.flood_guard_days,
            first_day_minimum=set_.flood_guard_first_day_minimum,
        )
        return FloodWatch(self.engine, self.clock, self.actor, rule=rule, tell=tell)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """Scans one thing at a time, from as many threads as there are workers.

    `matcher` and `watch` are None if it only hashes. `layers` are the walls around its worker processes, and whether
    each holds.
    """

    clock: Clock
    hashers: Sequence[Hasher]
    matcher: Matcher | None
    watch: FloodWatch | None = None
    layers: tuple[Layer, ...] = ()

    @property
    def snapshot(self) -> Snapshot | None:
        """The banks as they stand now; None if it only hashes. Raises UsageError when none are left."""
        return None if self.matcher is None else self.matcher.snapshot()

    def scan(self, arrival: Arrival) -> ScanResult:
        """Scan what a source brought. It counts nothing: give the result to `count` when you have kept it."""
        return scan(arrival, clock=self.clock, hashers=self.hashers, take_snapshot=lambda: self.snapshot)

    def count(self, result: ScanResult) -> None:
        """Count what media matched for the flood guard. It returns at once; a thread does the work."""
        if self.watch is not None:
            self.watch.count(result)

    def settle(self) -> tuple[Quarantined, ...]:
        """Count now what waits to be counted; return what went into quarantine since the scanner was opened."""
        if self.watch is None:
            return ()
        self.watch.hand_over()
        return tuple(self.watch.quarantined)

    def scan_file(self, path: str | os.PathLike[str]) -> ScanResult:
        """Scan and count a file. One that cannot be read has a result too: not_scanned, with the reason."""
        return self._scan_and_count(FileArrival(name=os.fsencode(path)))

    def scan_bytes(self, data: bytes) -> ScanResult:
        """Scan and count bytes in memory."""
        return self._scan_and_count(StreamArrival(stream=io.BytesIO(data), max_bytes=len(data)))

    def explain(self, arrival: Arrival) -> ScanExplanation:
        """Scan what a source brought and say why the result is what it is. Nothing is counted.

        Raises UsageError where the scanner only hashes.
        """
        if self.matcher is None:
            raise UsageError("This scanner only hashes: it has no banks by which a match could be explained.")
        take = self.matcher.snapshot
        return explain_scan(arrival, clock=self.clock, hashers=self.hashers, take_snapshot=take)

    def explain_file(self, path: str | os.PathLike[str]) -> ScanExplanation:
        """Scan a file and say why the result is what it is. Raises UsageError as `explain` does."""
        return self.explain(FileArrival(name=os.fsencode(path)))

    def _scan_and_count(self, arrival: Arrival) -> ScanResult:
        result = self.scan(arrival)
        self.count(result)
        return result


def open_workspace(
    path: str | os.PathLike[str], *, actor: Actor | None = None, clock: Clock | None = None
) -> Workspace:
    """Open the workspace at `path`; the actor is the operating-system user unless another is named.

    Raises WorkspaceMissing or SettingsInvalid. The database is opened, and checked, when it is first needed.
    """
    folder = find_workspace(Path(path))
    return Workspace(settings=load_settings(folder), clock=clock or SystemClock(), actor=actor or current_actor())


def open_for_hashing(named: Path | None = None) -> Workspace:
    """Open the workspace that is named or near; where none is, one of defaults and without a database.

    Raises WorkspaceMissing for one that an option or a variable names: its settings may be walls.
    """
    try:
        folder = find_workspace(named)
    except WorkspaceMissing:
        if is_workspace_named(named):
            raise
        folder = Path.cwd()
    return Workspace(settings=load_settings(folder), clock=SystemClock(), actor=current_actor())


def current_actor() -> Actor:
    """Return the operating-system user, by the user id and not by what the environment says."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # usual in containers
        name = f"uid:{os.getuid()}"
    return Actor(kind=ActorKind.SYSTEM_USER, name=name)


def hash_bytes(data: bytes) -> Hashed:
    """Hash one media in a worker process that is started for it. For many, use `Workspace.hasher`."""
    with open_for_hashing().hasher(workers=1) as hasher:
        result = hasher.scan_bytes(data)
        return Hashed(answers=result.answers, picture=result.picture)


def create_workspace(path: Path) -> Settings:
    """Make a workspace, or bring an existing one's database up to date. Raises AlreadyExists if `path` is a file."""
    if path.exists() and not path.is_dir():
        raise AlreadyExists(f"{path} is a file. Name a folder for the workspace.")
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (path / FILE_NAME).exists():
        (path / FILE_NAME).write_text(_NEW_SETTINGS, encoding="utf-8")
    settings = load_settings(path)
    upgrade(_open_engine(settings))
    return settings


def _open_engine(settings: Settings) -> Engine:
    return open_engine(settings.database_url or settings.workspace / "safelight.db", folder=settings.workspace)


def open_pool(settings: Settings, workers: int | None = None) -> Pool:
    """Start the processes that decode outside bytes. Raises SandboxUnavailable, or InvalidValue for `workers`."""
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise InvalidValue(f"There are 1 to {MOST_WORKERS} workers, not {workers}.")
    return Pool(
        TASKS,
        workers=workers or settings.resolved_scan_workers,
        limits=Limits(
            memory_bytes=settings.sandbox_memory_mib << 20,
            seconds_per_file=settings.sandbox_seconds_per_file,
            files_per_worker=settings.sandbox_files_per_worker,
        ),
        rule=Rule(settings.sandbox_rule),
    )


def open_hashers(settings: Settings, pool: Pool) -> tuple[Hasher, ...]:
    """Return one of each hasher."""
    options = ImageOptions(max_pixels=settings.max_pixels, max_frames=settings.max_frames, flavour=settings.kernel)
    return (CryptographicHasher(), PdqHasher(runner=pool, options=options))


def open_list_reader(
    list_format: ListFormat, given: Given, *, columns: Mapping[str, str | int] | None = None, has_header: bool = True
) -> ListReader:
    """Return the reader of a list format; `columns` and `has_header` are for CSV.

    Raises InvalidValue where something is given for a dump.
    """
    match list_format:
        case ListFormat.CSV:
            return CsvList(columns=columns or {}, has_header=has_header, given=given)
        case ListFormat.JSON_LINES:
            return JsonLines(given=given)
        case ListFormat.TYPED_LINES:
            return TypedLines(opaque=given.opaque, label=given.label, label_scheme=given.label_scheme)
        case ListFormat.BARE_LINES:
            return BareLines(
                signal_type=given.signal_type,
                opaque=given.opaque,
                label=given.label,
                label_scheme=given.label_scheme,
            )
        case ListFormat.DUMP:
            if given != Given() or columns:
                raise InvalidValue("A dump says everything of its entries itself: leave the options for lists away.")
            return BankDump()


def open_list_writer(list_format: ListFormat) -> ListWriter:
    """Return the writer of a list format. Raises InvalidValue for those that would lose what entries say."""
    match list_format:
        case ListFormat.CSV:
            return CsvList()
        case ListFormat.JSON_LINES:
            return JsonLines()
        case ListFormat.DUMP:
            return BankDump()
        case _:
            raise InvalidValue("A bank is written as dump, csv or json_lines: other formats would lose its labels.")


def open_source(settings: Settings, paths: Sequence[bytes], standard_input: BinaryIO | None) -> Source:
    """Return the source that paths name; `-` is standard input. Raises InvalidValue if it is not alone or closed."""
    if b"-" not in paths:
        return FolderSource(paths=tuple(paths))
    if len(paths) > 1:
        raise InvalidValue("Standard input (-) is scanned by itself: name it alone, or only files and folders.")
    if standard_input is None:
        raise InvalidValue("Standard input is closed: there is nothing to scan.")
    return StreamSource(stream=standard_input, max_bytes=settings.max_stdin_mib << 20)


def file_stamp(name: bytes) -> Stamp | None:
    """Return what tells this state of a file from a later one; None if there is no file to look at."""
    return FileArrival(name=name).stamp
