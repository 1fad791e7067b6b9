import hashlib
import io
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

import pytest
from sqlalchemy import text

from safelight.audit.queries import page_entries as page_audit
from safelight.banks import queries
from safelight.banks.batch import Counts
from safelight.banks.exchanges.bank_dump import BankDump
from safelight.banks.exchanges.bare_lines import BareLines
from safelight.banks.exchanges.csv_list import CsvList
from safelight.banks.exchanges.interface import ListHead, ListReader, ListWriter
from safelight.banks.exchanges.json_lines import JsonLines
from safelight.banks.exchanges.typed_lines import TypedLines
from safelight.banks.fields import Given
from safelight.banks.value import OpaqueText
from safelight.clock import FixedClock, SystemClock
from safelight.database.engine import Engine, open_engine
from safelight.database.transaction import read, write
from safelight.errors import ImportRunning, ListRefused
from safelight.flow.banks import controls, hash_lists
from safelight.flow.banks import edits as banks
from safelight.flow.banks.hash_lists import ImportOptions, ImportProgress, ImportSummary
from safelight.roles import Actor

SOURCE = Path(__file__).parents[3] / "src"


def _digest(number: int) -> str:
    return hashlib.md5(b"%d" % number, usedforsecurity=False).hexdigest()


def _list(count: int, first: int = 0) -> bytes:
    return "".join(f"md5 {_digest(number)}\n" for number in range(first, first + count)).encode()


class MovingClock:
    """A clock that is moved by hand."""

    def __init__(self, at: datetime) -> None:
        self.now_at = at

    def now(self) -> datetime:
        return self.now_at


class Bank:
    """A bank that lists are imported into."""

    def __init__(self, engine: Engine, clock: FixedClock, actor: Actor) -> None:
        self.engine, self.clock, self.actor = engine, clock, actor
        banks.create_bank(engine, clock, actor, name="alpha")
        with read(engine) as tx:
            self.id = queries.find_bank(tx, "alpha").id

    def take(self, data: bytes, reader: ListReader | None = None, **more) -> ImportSummary:
        return hash_lists.import_list(
            self.engine,
            self.clock,
            self.actor,
            bank="alpha",
            file=io.BytesIO(data),
            name="list.txt",
            reader=reader or TypedLines(),
            **more,
        )

    def count(self) -> int:
        with read(self.engine) as tx:
            return sum(queries.count_entries(tx, self.id).values())

    def rows(self) -> int:
        """Return how many rows there are of any kind, seen or unseen."""
        with read(self.engine) as tx:
            return int(tx.execute(text("SELECT count(*) FROM bank_entries")).scalar_one())

    def run_elsewhere(self) -> None:
        """Let the import that runs be one of another machine, of which only its signs of life are known."""
        with write(self.engine) as tx:
            tx.execute(text("UPDATE bank_batches SET runner_place = 'elsewhere'"))

    def verbs(self) -> list[str]:
        with read(self.engine) as tx:
            return [entry.verb for entry in page_audit(tx, target=f"bank:{self.id}")]


@pytest.fixture
def bank(engine: Engine, clock: FixedClock, actor: Actor) -> Bank:
    return Bank(engine, clock, actor)


def test_an_imported_list_is_in_the_bank(bank: Bank) -> None:
    summary = bank.take(_list(3_000) + _list(10))
    assert summary.lines == 3_010
    assert summary.counts == Counts(added=3_000, duplicates=10)
    assert bank.count() == 3_000
    assert bank.verbs() == ["create_bank", "begin_import", "publish_import"]


def test_importing_the_same_list_twice_adds_nothing_the_second_time(bank: Bank) -> None:
    bank.take(_list(3_000))
    with read(bank.engine) as tx:
        before = queries.list_banks(tx)
    assert bank.take(_list(3_000)).counts == Counts(already_there=3_000)
    assert bank.count() == bank.rows() == 3_000
    with read(bank.engine) as tx:
        assert queries.list_banks(tx) == before


def test_a_later_list_adds_what_is_new_and_replaces_what_changed(bank: Bank) -> None:
    bank.take(_list(100))
    summary = bank.take(_list(100, first=50), TypedLines(label="A1"))
    assert summary.counts == Counts(added=50, replaced=50)
    assert bank.count() == 150


def test_a_short_list_keeps_its_order(bank: Bank) -> None:
    bank.take(_list(50))
    with read(bank.engine) as tx:
        assert [entry.provenance.line for entry in queries.page_entries(tx, bank.id)] == list(range(1, 51))


MALFORMED = [
    (b"", None, "no entry"),
    (b"\n\n# nothing\n", None, "no entry"),
    (_list(5)[:-1], None, "Line 5 is the last"),
    (_list(5)[:-9] + b"\n", None, "line 5: 24 characters"),
    (_list(5) + b"md5 " + b"zz" * 16 + b"\n", None, "line 6: not hexadecimal"),
    (_list(5) + b"md5 abc\n", None, "line 6: 3 characters"),
    (_list(5) + b"photodna 00ff\n", None, "line 6: signals of type photodna"),
    (_list(5) + b"\xff\xfe\n", None, "Line 6 is not UTF-8"),
    (_list(5) + b"\0\n", None, "Line 6 holds a zero byte"),
    (_list(2).decode().encode("utf-16"), None, "UTF-16"),
    (b"\x1f\x8b" + _list(2), None, "gzip"),
    (b"ef" * 32 + b"\n", BareLines(), "line 1: 64 hexadecimal digits are SHA-256 or PDQ"),
    (b"hash\n", CsvList(), "No column holds the hashes"),
    (b'value,note\n%b,"x\n' % (b"ab" * 16), CsvList(), "not CSV"),
    (b'{"value": 3}\n', JsonLines(), "line 1: 'value' is not a text"),
    (b'{"value": "%b"\n' % (b"ab" * 16), JsonLines(), "line 1: not JSON"),
]


@pytest.mark.few_on_postgresql(MALFORMED[4])  # what is malformed is found before a database is asked
@pytest.mark.parametrize(("data", "reader", "reason"), MALFORMED)
def test_a_malformed_list_is_refused_whole_with_line_and_reason(
    bank: Bank, data: bytes, reader: ListReader | None, reason: str
) -> None:
    bank.take(_list(1, first=99))
    with pytest.raises(ListRefused, match=reason) as caught:
        bank.take(data, reader)
    assert _digest(4) not in str(caught.value)
    assert bank.count() == bank.rows() == 1
    assert bank.verbs()[-2:] == ["begin_import", "abandon_import"]


def test_a_list_with_fewer_entries_than_expected_is_refused(bank: Bank) -> None:
    with pytest.raises(ListRefused, match="at least 6"):
        bank.take(_list(5), options=ImportOptions(expected=6))
    assert bank.take(_list(5), options=ImportOptions(expected=5)).counts.added == 5


def test_an_unfinished_last_line_is_taken_when_somebody_says_that_it_is_whole(bank: Bank) -> None:
    assert bank.take(_list(5)[:-1], options=ImportOptions(accepts_unfinished_line=True)).counts.added == 5


def test_one_key_with_two_values_is_refused_even_after_rows_were_staged(bank: Bank) -> None:
    rows = [f"{_digest(number)},{number}" for number in range(6_000)] + [f"{_digest(-1)},7"]
    data = "\n".join(["value,entry_id", *rows, ""]).encode()
    with pytest.raises(ListRefused, match="line 6002: another value for the key of line 9"):
        bank.take(data, CsvList())
    assert bank.rows() == 0


@pytest.mark.few_on_postgresql(("reading", MemoryError), ("storing", MemoryError))
@pytest.mark.parametrize("fault", [KeyboardInterrupt, MemoryError, OSError])
@pytest.mark.parametrize("phase", ["reading", "storing"])
def test_an_import_that_is_broken_off_leaves_nothing(bank: Bank, fault: type[BaseException], phase: str) -> None:
    def break_off(progress: ImportProgress) -> None:
        if (progress.entries_done > 0) == (phase == "storing"):
            raise fault

    with pytest.raises(fault):
        bank.take(_list(6_000), on_progress=break_off)
    assert bank.rows() == 0
    assert bank.take(_list(10)).counts.added == 10


def test_progress_grows_to_the_whole(bank: Bank, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(_list(12_000))
    told: list[ImportProgress] = []
    with path.open("rb") as file:
        hash_lists.import_list(
            bank.engine,
            bank.clock,
            bank.actor,
            bank="alpha",
            file=file,
            name="list",
            reader=TypedLines(),
            on_progress=told.append,
        )
    assert len(told) > 4
    assert [(step.lines_read, step.entries_done) for step in told] == sorted(
        (step.lines_read, step.entries_done) for step in told
    )
    size = path.stat().st_size
    assert told[0].bytes_total == size
    assert told[0].bytes_read < size
    assert (told[-1].bytes_read, told[-1].entries_done, told[-1].entries_total) == (size, 12_000, 12_000)


def test_a_second_import_into_the_same_bank_is_refused_while_one_runs(bank: Bank) -> None:
    refused = []

    def meddle(progress: ImportProgress) -> None:
        if not refused:
            refused.append(True)
            with pytest.raises(ImportRunning):
                bank.take(_list(10))

    bank.take(_list(100), on_progress=meddle)
    assert refused
    assert bank.count() == 100


def test_an_import_that_was_taken_for_dead_stops_and_leaves_nothing(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hash_lists, "_HEARTBEAT_EVERY_S", -1)
    later = FixedClock(at=bank.clock.at + timedelta(minutes=6))
    swept: list[int] = []

    def sweep(progress: ImportProgress) -> None:
        if not swept:
            bank.run_elsewhere()
            swept.append(hash_lists.sweep_dead_imports(bank.engine, later, bank.actor))

    with pytest.raises(ImportRunning, match="taken for dead"):
        bank.take(_list(12_000), on_progress=sweep)
    assert swept == [1]
    assert bank.rows() == 0
    assert bank.verbs().count("abandon_import") == 1


def test_a_sign_of_life_keeps_a_long_import_from_being_swept(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hash_lists, "_HEARTBEAT_EVERY_S", -1)
    swept: list[int] = []

    def time_passes(progress: ImportProgress) -> None:
        bank.run_elsewhere()
        swept.append(hash_lists.sweep_dead_imports(bank.engine, bank.clock, bank.actor))
        bank.clock.now_at += timedelta(minutes=4)

    bank.clock = MovingClock(bank.clock.at)
    assert bank.take(_list(12_000), on_progress=time_passes).counts.added == 12_000
    assert len(swept) > 2
    assert sum(swept) == 0


def test_an_import_whose_process_works_here_is_never_swept(bank: Bank) -> None:
    later = FixedClock(at=bank.clock.at + timedelta(days=1))

    def sweep(progress: ImportProgress) -> None:
        assert hash_lists.sweep_dead_imports(bank.engine, later, bank.actor) == 0

    assert bank.take(_list(100), on_progress=sweep).counts.added == 100


def test_an_import_gives_a_sign_of_life_before_it_stores_anything(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was taken for dead after its last line was read, and notices before its first row is stored."""
    later = FixedClock(at=bank.clock.at + timedelta(minutes=6))
    swept: list[int] = []

    def sweep(progress: ImportProgress) -> None:
        if progress.entries_total == 30_000 and not swept:
            bank.run_elsewhere()
            swept.append(hash_lists.sweep_dead_imports(bank.engine, later, bank.actor))
            monkeypatch.setattr(hash_lists, "_HEARTBEAT_EVERY_S", -1)
            monkeypatch.setattr(hash_lists.steps, "stage_entries", lambda *_, **__: pytest.fail("rows were stored"))

    with pytest.raises(ImportRunning, match="taken for dead"):
        bank.take(_list(30_000), on_progress=sweep)
    assert swept == [1]


def test_what_a_person_took_out_is_counted_and_stays_out(bank: Bank) -> None:
    bank.take(_list(100))
    with read(bank.engine) as tx:
        gone = queries.page_entries(tx, bank.id, limit=1)[0].id
    banks.remove_entry(bank.engine, bank.clock, bank.actor, entry_id=gone)
    assert bank.take(_list(101)).counts == Counts(added=1, already_there=99, withdrawn_here=1)
    assert bank.count() == 100
    with read(bank.engine) as tx:
        assert page_audit(tx, target=f"bank:{bank.id}")[-1].details["withdrawn_here"] == 1


def test_a_date_that_no_database_keeps_is_refused_with_its_line(bank: Bank) -> None:
    data = f"value,disabled_until\n{_digest(1)},0001-01-01T00:00:00+14:00\n".encode()
    with pytest.raises(ListRefused, match="line 2: the time until which"):
        bank.take(data, CsvList())


def test_a_list_with_its_columns_swapped_is_refused_without_a_value(bank: Bank) -> None:
    with pytest.raises(ListRefused, match="two columns swapped") as caught:
        bank.take(f"signal_type,value\n{_digest(1)},md5\n".encode(), CsvList())
    assert _digest(1) not in str(caught.value)


def test_what_an_abandoned_import_left_is_cleared_by_the_next_sweep(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(progress: ImportProgress) -> None:
        if progress.entries_done:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(hash_lists, "_clear", lambda *_: None)  # as if interrupted a second time
        with pytest.raises(KeyboardInterrupt):
            bank.take(_list(100), on_progress=break_off)
    assert bank.rows() == 100
    assert bank.count() == 0
    hash_lists.sweep_dead_imports(bank.engine, bank.clock, bank.actor)
    assert bank.rows() == 0


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        (CsvList(), CsvList(given=Given(opaque=OpaqueText.HEX))),
        (JsonLines(), JsonLines(given=Given(opaque=OpaqueText.HEX))),
        (BankDump(), BankDump()),
    ],
)
def test_an_exported_bank_imports_to_the_same_entries(bank: Bank, writer: ListWriter, reader: ListReader) -> None:
    rows = [f'md5,{_digest(number)},A1,"a, b",s,{number}' for number in range(2_500)] + ["tmk,00ff,,,,"]
    data = "\n".join(["signal_type,value,label,note,source,entry_id", *rows, ""]).encode()
    bank.take(data, reader if isinstance(reader, CsvList) else CsvList(given=Given(opaque=OpaqueText.HEX)))
    file = io.BytesIO()
    count = hash_lists.export_bank(bank.engine, bank.clock, bank.actor, bank="alpha", writer=writer, file=file)
    assert count == 2_501
    assert bank.verbs()[-1] == "export_bank"
    assert bank.take(file.getvalue(), reader).counts == Counts(already_there=2_501)


def test_a_dump_says_what_the_bank_was_and_sets_nothing(bank: Bank) -> None:
    bank.take(_list(5_000))
    banks.set_threshold(bank.engine, bank.clock, bank.actor, bank="alpha", signal_type="pdq", distance=20)
    file = io.BytesIO()
    hash_lists.export_bank(bank.engine, bank.clock, bank.actor, bank="alpha", writer=BankDump(), file=file)
    banks.set_threshold(bank.engine, bank.clock, bank.actor, bank="alpha", signal_type="pdq", distance=10)
    summary = bank.take(file.getvalue(), BankDump())
    assert summary.lines == 5_000
    assert summary.head == ListHead(
        bank="alpha", is_allow_list=False, written_at=bank.clock.now(), counts={"md5": 5_000}, thresholds={"pdq": 20}
    )
    with read(bank.engine) as tx:
        assert queries.find_bank(tx, "alpha").threshold("pdq") == 10


@pytest.mark.parametrize("was_allow_list", [False, True])
def test_a_dump_of_an_allow_list_and_one_of_an_ordinary_bank_are_not_taken_for_one_another(
    bank: Bank, was_allow_list: bool
) -> None:
    who = (bank.engine, bank.clock, bank.actor)
    bank.take(_list(3))
    banks.create_bank(*who, name="beta")
    controls.mark_allow_list(*who, bank="beta", is_allow_list=True)
    hash_lists.import_list(*who, bank="beta", file=io.BytesIO(_list(3)), name="list", reader=TypedLines())
    source, target = ("beta", "alpha") if was_allow_list else ("alpha", "beta")
    file = io.BytesIO()
    hash_lists.export_bank(*who, bank=source, writer=BankDump(), file=file)

    def take(into: str, options: ImportOptions | None = None) -> ImportSummary:
        data = io.BytesIO(file.getvalue())
        return hash_lists.import_list(*who, bank=into, file=data, name="dump", reader=BankDump(), options=options)

    kinds = ("an allow-list", "an ordinary bank") if was_allow_list else ("entries match", "an allow-list")
    with pytest.raises(ListRefused, match=f"from .*{kinds[0]}, and {target} is {kinds[1]}.*Nothing was taken"):
        take(target)
    assert take(source).counts == Counts(already_there=3)
    summary = take(target, ImportOptions(accepts_other_kind=True))
    assert (summary.counts, summary.head and summary.head.is_allow_list) == (Counts(already_there=3), was_allow_list)


def test_a_damaged_dump_leaves_the_bank_as_it_was_with_the_place_of_the_damage(bank: Bank) -> None:
    bank.take(_list(5_000))
    file = io.BytesIO()
    hash_lists.export_bank(bank.engine, bank.clock, bank.actor, bank="alpha", writer=BankDump(), file=file)
    bank.take(_list(1, first=9_999))
    for data in (file.getvalue()[:-20], file.getvalue()[:-20] + b"x" + file.getvalue()[-19:]):
        with pytest.raises(ListRefused, match="block 4, after 5000 entries"):
            bank.take(data, BankDump())
    assert bank.count() == bank.rows() == 5_001


CHILD = """
import sys, time
from safelight.clock import SystemClock
from safelight.database.engine import open_engine
from safelight.banks.exchanges.typed_lines import TypedLines
from safelight.flow.banks import hash_lists
from safelight.roles import Actor, ActorKind

def wait(progress):
    if progress.entries_done:
        print("staged", flush=True)
        time.sleep(60)

hash_lists.import_list(
    open_engine(sys.argv[1]), SystemClock(), Actor(kind=ActorKind.SERVICE, name="child"),
    bank="alpha", file=sys.stdin.buffer, name="list", reader=TypedLines(), on_progress=wait,
)
"""


def test_an_import_that_is_killed_leaves_nothing_and_the_next_one_sweeps_it(
    engine: Engine, actor: Actor, tmp_path: Path
) -> None:
    bank = Bank(engine, SystemClock(), actor)  # type: ignore[arg-type]  # the child's clock is the system's
    bank.take(_list(10), TypedLines(label="A1"))
    url = engine.url.render_as_string(hide_password=False)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child.stdin, child.stdout:
        child.stdin.write(_list(6_000))
        child.stdin.close()
        assert child.stdout.readline() == b"staged\n"
        assert bank.rows() > 1_000
        assert bank.count() == 10
        with pytest.raises(ImportRunning):
            bank.take(_list(10))
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert bank.count() == 10
    assert bank.take(_list(20), TypedLines(label="A1")).counts == Counts(added=10, already_there=10)
    assert bank.rows() == bank.count() == 20


class OtherWriter:
    """Writes a small transaction every 20 ms, and remembers how long each one took."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.waits: list[float] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._is_over.is_set():
            started_at = time.monotonic()
            with write(self.engine) as tx:
                tx.execute(text("UPDATE banks SET is_enabled = is_enabled"))
            self.waits.append(time.monotonic() - started_at)
            time.sleep(0.02)


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "lines"
    yield path
    path.unlink(missing_ok=True)


def _import_beside_another_writer(bank: Bank, path: Path, count: int) -> tuple[ImportSummary, list[float], float]:
    with path.open("wb") as file:
        for first in range(0, count, 10_000):
            file.write(_list(min(10_000, count - first), first))
    other_engine = open_engine(bank.engine.url)
    started_at = time.monotonic()
    with OtherWriter(other_engine) as other, path.open("rb") as file:
        summary = hash_lists.import_list(
            bank.engine, bank.clock, bank.actor, bank="alpha", file=file, name="lines", reader=TypedLines()
        )
    took_s = time.monotonic() - started_at
    other_engine.dispose()
    return summary, other.waits, took_s


def test_other_writers_write_while_an_import_goes_on(bank: Bank, lines: Path) -> None:
    summary, waits, took_s = _import_beside_another_writer(bank, lines, 40_000)
    assert summary.counts.added == bank.count() == 40_000
    assert len(waits) > 10
    assert max(waits) < max(1, took_s)  # how long it is in figures is for the long count, on a quiet machine
    assert summary.longest_transaction_s < max(1, took_s)


@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_million_lines_take_less_than_thirty_seconds_in_bounded_memory(
    bank: Bank, lines: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    summary, waits, took_s = _import_beside_another_writer(bank, lines, 1_000_000)
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib) / 1024
    with capsys.disabled():
        print(
            f"\n1,000,000 lines in {took_s:.1f} s, memory grew by {grown_mib:.0f} MiB, longest transaction "
            f"{summary.longest_transaction_s:.3f} s, another writer waited {max(waits):.3f} s at most"
        )
    assert bank.count() == 1_000_000
    assert took_s < 30
    assert grown_mib < 256
    assert summary.longest_transaction_s < 0.5
    assert max(waits) < 1
