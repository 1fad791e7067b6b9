"""The composition root: the only place that chooses parts and joins them."""

import io
import os
import pwd
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from safelight.banks import queries as banks
from safelight.banks.bank import Bank, check_threshold
from safelight.banks.entry import Entry
from safelight.banks.exchanges.bare_lines import BareLines
from safelight.banks.exchanges.csv_list import CsvList
from safelight.banks.exchanges.interface import ListReader, ListWriter
from safelight.banks.exchanges.json_lines import JsonLines
from safelight.banks.exchanges.typed_lines import TypedLines
from safelight.banks.fields import Given
from safelight.banks.list_format import ListFormat
from safelight.clock import Clock, SystemClock
from safelight.database.engine import Engine, open_engine
from safelight.database.revision import require_current, upgrade
from safelight.database.transaction import Tx, read, write
from safelight.errors import AlreadyExists, InvalidValue, UsageError, WorkspaceMissing
from safelight.flow.chain import ScanResult, match_signal, record_scan, scan
from safelight.hashing.hashed import Hashed
from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.hashing.hashers.pdq import TASKS, PdqHasher
from safelight.hashing.interface import Hasher
from safelight.hashing.pdq import Flavour
from safelight.hashing.request import ImageOptions
from safelight.hashing.signal import Signal, SignalType
from safelight.intake.sources.folder import FileArrival, FolderSource
from safelight.intake.sources.interface import Arrival, Source, Stamp
from safelight.intake.sources.stream import StreamArrival, StreamSource
from safelight.matching.match import Match
from safelight.matching.snapshot import Snapshot, take_snapshot
from safelight.roles import Actor, ActorKind
from safelight.sandbox.layer import Layer, Rule
from safelight.sandbox.limits import Limits
from safelight.sandbox.pool import Pool
from safelight.settings import FILE_NAME, MOST_WORKERS, Settings, find_workspace, is_workspace_named, load_settings

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
        self, bank_names: Sequence[str] | None = None, *, workers: int | None = None, threshold: int | None = None
    ) -> Iterator["Scanner"]:
        """Give a scanner against the named banks (None: all enabled ones); its worker processes end with the block.

        Raises NotFound for a name that no bank has, SandboxUnavailable where outside bytes cannot be decoded.
        """
        snapshot = self.snapshot(bank_names, threshold=threshold)
        with open_pool(self.settings, workers) as pool:
            yield self._scanner(pool, snapshot)

    @contextmanager
    def hasher(self, workers: int | None = None) -> Iterator["Scanner"]:
        """Give a scanner that hashes and matches against nothing. Needs no database."""
        with open_pool(self.settings, workers) as pool:
            yield self._scanner(pool, None)

    def _scanner(self, pool: Pool, snapshot: Snapshot | None) -> "Scanner":
        hashers = open_hashers(self.settings, pool)
        return Scanner(clock=self.clock, hashers=hashers, snapshot=snapshot, layers=pool.layers)

    def match(self, signal: Signal, bank_names: Sequence[str] | None = None) -> tuple[Match, ...]:
        """Match one signal that comes without its media. For many, take a `snapshot` once."""
        return match_signal(self.snapshot(bank_names), signal).matches

    def snapshot(self, bank_names: Sequence[str] | None, *, threshold: int | None = None) -> Snapshot:
        """Load banks as they stand now, all that are enabled or those named.

        Raises NotFound for a name that no bank has, and UsageError where a named bank is disabled or there is nothing
        to match against: whoever asks must not take that for "nothing found".
        """
        if threshold is not None:
            check_threshold(SignalType.PDQ.value, threshold)
        with read(self.engine) as tx:
            snapshot = take_snapshot(
                tx,
                _named(tx, bank_names),
                self.find_entries,
                now=self.clock.now(),
                flavour=Flavour(self.settings.kernel),
                threshold=threshold,
            )
        if not any(len(index) for index in snapshot.indexes.values()):
            raise UsageError(
                "There is nothing to match against: no enabled bank holds an entry. `safelight bank list` shows them."
            )
        return snapshot

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


def _named(tx: Tx, bank_names: Sequence[str] | None) -> list[Bank]:
    if bank_names is None:
        return [bank for bank in banks.list_banks(tx) if bank.is_enabled]
    found = {bank.id: bank for bank in (banks.find_bank(tx, name) for name in bank_names)}
    disabled = [bank.name for bank in found.values() if not bank.is_enabled]
    if disabled:
        raise UsageError(f"Disabled, so nothing was matched: {', '.join(disabled)}. Enable it, or leave it out.")
    return list(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """Scans one thing at a time, from as many threads as there are workers.

    `snapshot` is None if it only hashes. `layers` are the walls around its worker processes, and whether each holds.
    """

    clock: Clock
    hashers: Sequence[Hasher]
    snapshot: Snapshot | None
    layers: tuple[Layer, ...] = ()

    def scan(self, arrival: Arrival) -> ScanResult:
        """Scan what a source brought."""
        return scan(arrival, clock=self.clock, hashers=self.hashers, snapshot=self.snapshot)

    def scan_file(self, path: str | os.PathLike[str]) -> ScanResult:
        """Scan a file. One that cannot be read has a result too: not_scanned, with the reason."""
        return self.scan(FileArrival(name=os.fsencode(path)))

    def scan_bytes(self, data: bytes) -> ScanResult:
        """Scan bytes in memory."""
        return self.scan(StreamArrival(stream=io.BytesIO(data), max_bytes=len(data)))


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
    """Return the reader of a list format; `columns` and `has_header` are for CSV."""
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


def open_list_writer(list_format: ListFormat) -> ListWriter:
    """Return the writer of a list format. Raises InvalidValue for those that would lose what entries say."""
    match list_format:
        case ListFormat.CSV:
            return CsvList()
        case ListFormat.JSON_LINES:
            return JsonLines()
        case _:
            raise InvalidValue("A bank is written as csv or json_lines: the other formats would lose its labels.")


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
