"""Which calls meet which fault: by a script first, else by a schedule that a seed gives; the same ones each time."""

import hashlib
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from safelight.testing.authority.faults.fault import NAMED, Fault, named_fault
from safelight.testing.authority.state.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripted:
    """A line of the script: the next `times` calls of this kind, after `skip` others, meet a fault. None: any kind."""

    call: Call | None
    name: str
    fault: Fault
    times: int
    skip: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Of a hundred calls of these kinds, `percent` meet one of these faults. Which do is told by the seed alone."""

    seed: int
    percent: float
    faults: tuple[str, ...]
    calls: frozenset[Call]

    def fault_of(self, call: Call, number: int) -> str:
        """Return the name of the fault that the call with this number of its kind meets, or nothing."""
        drawn = hashlib.blake2b(f"{self.seed}/{call}/{number}".encode(), digest_size=16).digest()
        if call not in self.calls or int.from_bytes(drawn[:8]) / 2**64 * 100 >= self.percent:
            return ""
        return self.faults[int.from_bytes(drawn[8:]) % len(self.faults)]


@dataclass(slots=True)
class FaultPlan:
    """The faults that wait."""

    script: list[Scripted] = field(default_factory=list)
    schedule: Schedule | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, call: Call | str | None, name: str, *, times: int = 1, skip: int = 0, **wishes: Any) -> None:
        """Let the next `times` calls of a kind, or of any, meet a fault, after `skip` more. Raises InvalidValue."""
        fault = named_fault(name, **wishes)
        kind = None if call is None else Call(call)
        with self._lock:
            self.script.append(Scripted(call=kind, name=name, fault=fault, times=times, skip=skip))

    def by_seed(
        self, seed: int, *, percent: float, faults: Collection[str] = (), calls: Collection[Call | str] = ()
    ) -> None:
        """Let so many of a hundred calls meet a fault, from now on. All faults and all calls, where none are named."""
        names = tuple(faults or NAMED)
        for name in names:
            named_fault(name)
        with self._lock:
            self.schedule = Schedule(
                seed=seed, percent=percent, faults=names, calls=frozenset(Call(each) for each in calls or Call)
            )

    def clear(self) -> None:
        """Let no call meet a fault any more."""
        with self._lock:
            self.script, self.schedule = [], None

    def take(self, call: Call, number: int) -> tuple[str, Fault | None]:
        """Return the fault that a call meets, with its name, and strike it out; nothing and None for none."""
        with self._lock:
            for place, line in enumerate(self.script):
                if line.call not in {None, call}:
                    continue
                if line.skip:
                    self.script[place] = replace(line, skip=line.skip - 1)
                    continue
                self.script[place : place + 1] = [replace(line, times=line.times - 1)] if line.times > 1 else []
                return line.name, line.fault
            name = self.schedule.fault_of(call, number) if self.schedule else ""
            return name, NAMED.get(name)


def read_script(told: Mapping[str, Any], plan: FaultPlan) -> None:
    """Add a line of the script as JSON tells it: `{"call": "upload", "fault": "cut_after", "times": 3}`."""
    wishes = {name: value for name, value in told.items() if name not in {"call", "fault", "times", "skip"}}
    times, skip = int(told.get("times", 1)), int(told.get("skip", 0))
    plan.next(told.get("call"), str(told["fault"]), times=times, skip=skip, **wishes)
