"""What is in the journal outlives a kill; a line that was cut off is no line."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safelight.errors import InvalidValue
from safelight.testing.authority.state.event import Event, Happening
from safelight.testing.authority.state.journal import open_journal

_EVENT = Event(
    happening=Happening.OPENED, report_id=1, at=datetime(2026, 11, 23, tzinfo=UTC), user="u", xml="<report/>"
)

_WRITE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from safelight.testing.authority.state.event import read_event
from safelight.testing.authority.state.journal import open_journal
with open_journal(Path(sys.argv[1])) as journal:
    for _ in range(3):
        journal.write(read_event(sys.argv[2]))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_written_is_read_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "state"
    with open_journal(path) as journal:
        assert journal.before == []
        journal.write(_EVENT)
    with open_journal(path) as journal:
        assert journal.before == [_EVENT]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_kill_loses_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITE_AND_DIE, str(tmp_path / "state"), _EVENT.as_line()]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    with open_journal(tmp_path / "state") as journal:
        assert journal.before == [_EVENT] * 3


def test_a_last_line_that_was_cut_off_is_taken_off(tmp_path: Path) -> None:
    (tmp_path / "state").write_text(_EVENT.as_line() + _EVENT.as_line()[:-5])
    with open_journal(tmp_path / "state") as journal:
        assert journal.before == [_EVENT]
        journal.write(_EVENT)
    assert (tmp_path / "state").read_text() == _EVENT.as_line() * 2


@pytest.mark.parametrize("text", ["Dear Sir,\nhello", "hello"])
def test_another_file_is_refused_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    (tmp_path / "letter").write_text(text)
    with pytest.raises(InvalidValue, match="Line 1"), open_journal(tmp_path / "letter"):
        pass
    assert (tmp_path / "letter").read_text() == text
