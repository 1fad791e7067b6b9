"""`check_database` finds what is wrong with a database, and blames no sound one."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from safelight.audit import log
from safelight.clock import FixedClock
from safelight.database.checking import DatabaseFinding, check_database
from safelight.database.clock_mark import see
from safelight.database.engine import Engine
from safelight.database.erasing import empty_log
from safelight.database.revision import REVISIONS
from safelight.database.transaction import write
from safelight.roles import Actor


def _faults(findings: list[DatabaseFinding]) -> dict[str, tuple[str, ...]]:
    return {finding.name: finding.faults for finding in findings if finding.faults}


def test_a_sound_database_has_no_fault(engine: Engine, clock: FixedClock) -> None:
    findings = check_database(engine, clock)
    assert _faults(findings) == {}
    assert {"version", "references", "clock"} <= {finding.name for finding in findings}


def test_a_database_of_another_version_is_told_and_looked_at_no_further(engine: Engine, clock: FixedClock) -> None:
    with write(engine) as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        (finding,) = check_database(engine, clock)
        assert finding.name == "version"
        assert finding.faults
    finally:
        with write(engine) as tx:
            tx.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": REVISIONS[-1]})


def test_a_clock_that_was_set_back_is_a_fault(engine: Engine, clock: FixedClock) -> None:
    with write(engine) as tx:
        see(tx, clock)
    assert _faults(check_database(engine, replace(clock, at=clock.at - timedelta(minutes=4)))) == {}
    faults = _faults(check_database(engine, replace(clock, at=clock.at - timedelta(minutes=6))))
    assert list(faults) == ["clock"]
    assert "set back" in faults["clock"][0]


def test_a_reference_that_leads_nowhere_is_a_fault(engine: Engine, clock: FixedClock) -> None:
    if engine.dialect.name == "postgresql":
        with write(engine) as tx:  # what a rule that was added without looking at the rows would be
            tx.execute(text("ALTER TABLE banks ADD CONSTRAINT test_rule CHECK (id > 0) NOT VALID"))
        try:
            assert "test_rule" in _faults(check_database(engine, clock))["references"][0]
        finally:
            with write(engine) as tx:
                tx.execute(text("ALTER TABLE banks DROP CONSTRAINT test_rule"))
        return
    connection = engine.raw_connection()
    connection.cursor().execute("PRAGMA foreign_keys = OFF")
    connection.cursor().execute("INSERT INTO bank_thresholds VALUES (77, 'pdq', 1)")
    connection.close()
    assert "bank_thresholds refers to a row of banks" in _faults(check_database(engine, clock))["references"][0]


def test_an_altered_page_is_a_fault(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    if engine.dialect.name == "postgresql":
        return  # its pages are its server's own business
    with write(engine) as tx:
        for number in range(2_000):
            log.write(tx, clock=clock, actor=actor, verb="test", target=f"test:{number}")
    empty_log(engine)
    engine.dispose()
    path = Path(str(engine.url.database))
    data = bytearray(path.read_bytes())
    start = data.index(b"test:1000") // 4096 * 4096
    data[start + 8 : start + 40] = bytes(32)  # where the page says at which places its rows begin
    path.write_bytes(data)
    assert "pages" in _faults(check_database(engine, clock))
