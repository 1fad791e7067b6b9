"""What one process does to the banks, another one that follows has within a second."""

import subprocess
import sys
import time
from collections.abc import Callable

from safelight.banks import queries
from safelight.database.transaction import read
from safelight.hashing.signal import SignalType
from safelight.matching.follower import Follower

_MOST_SECONDS = 10  # of a machine that has other work to do; printed is what it took

_ACT = """
import sys, time
from safelight.banks import queries
from safelight.banks.entry import NewEntry
from safelight.clock import SystemClock
from safelight.database.engine import open_engine
from safelight.database.transaction import read
from safelight.flow.banks import edits as banks
from safelight.roles import Actor, ActorKind

engine, clock, actor = open_engine(sys.argv[1]), SystemClock(), Actor(kind=ActorKind.SYSTEM_USER, name="other")
value = bytes(range(32))

def entry():
    with read(engine) as tx:
        return queries.page_entries(tx, queries.find_bank(tx, "theirs").id)[0].id

acts = {
    "create": lambda: banks.create_bank(engine, clock, actor, name="theirs"),
    "add": lambda: banks.add_entries(
        engine, clock, actor, bank="theirs", entries=[NewEntry(signal_type="pdq", value=value)]
    ),
    "disable": lambda: banks.disable_entry(engine, clock, actor, entry_id=entry()),
    "enable": lambda: banks.enable_entry(engine, clock, actor, entry_id=entry()),
    "withdraw": lambda: banks.remove_entry(engine, clock, actor, entry_id=entry()),
    "delete": lambda: banks.delete_bank(engine, clock, actor, bank="theirs"),
}
for line in sys.stdin:
    acts[line.strip()]()
    print(time.monotonic(), flush=True)
engine.dispose()
"""


def _seconds_until(follower: Follower, is_so: Callable[[], bool], since: float) -> float:
    while not is_so():
        assert time.monotonic() - since < _MOST_SECONDS, "not seen"
        time.sleep(0.001)
    return max(0.0, time.monotonic() - since)  # the clock of the whole machine


def test_what_another_process_does_is_seen_within_a_second(world) -> None:
    value = bytes(range(32))
    follower = world.follower()
    follower.follow(every_s=0.1)  # as by default

    def is_found() -> bool:
        held = follower.holdings
        bank = next((bank for bank in held.banks.values() if bank.name == "theirs"), None)
        return bank is not None and held.shelves[SignalType.PDQ].index.holds(_payload(bank.id), value)

    def _payload(bank_id: int) -> int:
        with read(world.engine) as tx:
            entries = queries.page_entries(tx, bank_id)
        return bank_id << 40 | (entries[0].id if entries else 1)

    expected: dict[str, Callable[[], bool]] = {
        "create": lambda: any(bank.name == "theirs" for bank in follower.holdings.banks.values()),
        "add": is_found,
        "disable": lambda: not is_found(),
        "enable": is_found,
        "withdraw": lambda: len(follower.holdings.shelves[SignalType.PDQ].index) == 0,
        "delete": lambda: not follower.holdings.banks,
    }
    address = world.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", _ACT, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        took = {}
        for act, is_so in expected.items():
            other.stdin.write(f"{act}\n")
            other.stdin.flush()
            done_at = float(other.stdout.readline())
            took[act] = _seconds_until(follower, is_so, done_at)
        other.communicate()
    print({act: f"{seconds:.3f} s" for act, seconds in took.items()})
    assert follower.notes == []
