"""Progress is a bar on a terminal and plain lines elsewhere."""

import os
import pty
import subprocess
import sys
import time

import pytest

from safelight.cli.progress import is_live, show_progress


def test_elsewhere_a_plain_line_comes_every_few_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moments = iter([0.0, 1.0, 6.0, 7.0, 12.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(moments))
    with show_progress("files", 100) as meter:
        for done in (10, 60, 70, 120):
            meter.update(done, "all well")
    said = capsys.readouterr().err.splitlines()
    assert said == ["60 files, 10 files a second; all well", "120 files, 10 files a second; all well"]
    assert not is_live()


def test_on_a_terminal_a_bar_shows_rate_counts_and_remaining_time() -> None:
    code = (
        "from safelight.cli.progress import show_progress\n"
        "import time\n"
        "with show_progress('files', 50) as meter:\n"
        "    for done in range(51):\n"
        "        meter.update(done, '3 near'); time.sleep(0.02)\n"
    )
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen([sys.executable, "-c", code], stderr=theirs, stdout=theirs, env=environment) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                chunk = os.read(ours, 4096)
            except OSError:
                break
            if not chunk:
                break
            shown += chunk
    os.close(ours)
    assert process.returncode == 0
    for part in (b"files a second", b"3 near", b"remaining", b"/50"):
        assert part in shown
