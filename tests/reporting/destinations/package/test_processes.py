"""Processes that make packages: how much memory they take, and what they leave when they are killed."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from safelight.reporting.destinations.interface import Meaning, Refused


@pytest.mark.long
def test_a_file_of_300_mb_takes_no_more_memory_than_a_small_one(sender, tmp_path: Path) -> None:
    made = tmp_path / "measure.py"
    made.write_text(_MEASURE)
    words = [sys.executable, made, sender.folder, str(sender.identity.to_public())]
    peaks = []
    for size in ("1", "300"):
        done = subprocess.run([*map(str, words), size], capture_output=True, text=True, check=True)
        peaks.append(int(done.stdout.split()[-1]))
    print(f"peak with 1 MB {peaks[0] >> 10} MiB, with 300 MB {peaks[1] >> 10} MiB")
    assert peaks[1] - peaks[0] < 24 << 10


_MEASURE = """
import resource, sys
from dataclasses import dataclass
from pathlib import Path
from datetime import UTC, datetime
from safelight.clock import FixedClock
from safelight.reporting.destinations.package.package import PackageDestination
from safelight.reporting.destinations.package.setup import PackageSetup
from safelight.reporting.paper import Paper, PaperFile
from safelight.review.exposure.viewing import Viewed
from safelight.intake.media import Answer
from safelight.testing.keys import MemoryKeys


@dataclass
class Large:
    size_bytes: int

    def read(self, offset, length):
        return b"x" * max(0, min(length, self.size_bytes - offset))


folder, key, size = sys.argv[1:]
setup = PackageSetup(
    recipient_name="r", recipient_keys=(key,), folder=Path(folder), organisation="o", contact="c", is_test=False
)
now = datetime(2026, 5, 1, tzinfo=UTC)
to = PackageDestination(setup, name="police", keys=MemoryKeys(), clock=FixedClock(at=now))
incident = {"type": "csam", "happenedAt": "2026-04-01T00:00:00Z", "timeMeaning": "upload"}
paper = Paper(form="package/1", report={"incident": incident}, files=(PaperFile(evidence_id="e1"),))
seen = Viewed(answer=Answer.NO, sentence="s")


def make():
    name = to.open(to.document(paper, "m")).value
    print("begun", name, flush=True)
    file_id = to.upload(name, "e1", Large(int(size) << 20)).value.file_id
    to.describe(to.description(paper, seen, evidence_id="e1", authority_id=name, file_id=file_id))
    to.finish(name)
    print("finished", name, flush=True)


make()
# every package
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


_KILL = """
import os, signal, time
from random import Random

began = time.monotonic()
make()
took, chance = time.monotonic() - began, Random(7)
for _ in range(100):
    child = os.fork()
    if child == 0:
        while True:
            make()
    time.sleep(chance.random() * 2.5 * took)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""


@pytest.mark.long
def test_a_hundred_processes_that_are_killed_leave_whole_packages_or_none(sender, tmp_path: Path) -> None:
    script = tmp_path / "kill.py"
    script.write_text(_MEASURE.replace("# every package", _KILL))
    words = [sys.executable, str(script), str(sender.folder), str(sender.identity.to_public()), "4"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    told = [line.split() for line in done.stdout.splitlines() if " " in line]
    begun, finished = ({name for word, name in told if word == kind} for kind in ("begun", "finished"))
    to, whole = sender.destination(), {each.name.partition(".")[0] for each in sender.folder.glob("*.tar")}
    assert finished <= whole
    for name in begun:
        answer = to.retract(name)
        assert (isinstance(answer, Refused) and answer.meaning is Meaning.FINISHED) is (name in whole)
    expected = hashlib.sha256(b"x" * (4 << 20)).digest()
    for name in whole:
        assert hashlib.sha256(sender.opened(name)["files/0001"]).digest() == expected
    sender.made(to)
    assert [each for each in sender.listed() if each.endswith(".part")] == []
    print(f"100 kills: {len(begun)} packages begun, {len(whole)} whole, {len(whole - finished)} of them untold")
    assert len(begun) > len(whole) > 1
