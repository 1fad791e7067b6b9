"""The demo as a newcomer meets it: started, signed in to in a real browser by what it prints, ended by Ctrl-C."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect


@dataclass
class Demo:
    """The process of a demo, what it printed until codes came, and where it keeps everything."""

    process: subprocess.Popen[str]
    folder: Path
    text: str

    def said(self, label: str) -> str:
        """Return what is printed behind a label."""
        found = re.search(rf"{label}\s+(\S+)", self.text)
        assert found, self.text
        return found[1]


_WITH_ONE_PICTURE = """
from safelight.cli import demo
from safelight.cli.main import run
from safelight.testing.demo_media import BankPicture, InboxPicture
from safelight.testing.synthetic import paint

def write(folder):
    folder.mkdir()
    paint(1, width=200, height=200).save(folder / "one.png")
    return folder / "one.png"

demo.write_bank_pictures = lambda folder: [BankPicture(path=write(folder), name="one")]
demo.write_inbox = lambda folder: [InboxPicture(path=write(folder), expected="one", alteration="unaltered")]
run()
"""
"""The demo without its hundred pictures, which tests/cli/test_demo.py looks at."""

_WHOLE = pytest.param(["-m", "safelight"], marks=pytest.mark.long, id="whole")


@pytest.fixture(params=[pytest.param(["-c", _WITH_ONE_PICTURE], id="with one picture"), _WHOLE])
def demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Demo]:
    environment = os.environ | {"TMPDIR": str(tmp_path), "SAFELIGHT_SCAN_WORKERS": "1", "PYTHONUNBUFFERED": "1"}
    words = [sys.executable, *request.param, "demo"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True)
    assert process.stdout is not None
    try:
        text = ""
        while "Code now:" not in text:
            line = process.stdout.readline()
            assert line, text
            text += line
        yield Demo(process, tmp_path, text)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_newcomer_signs_in_by_what_is_printed_and_ctrl_c_leaves_nothing(demo: Demo, chromium: Browser) -> None:
    context = chromium.new_context(locale="en-GB")
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(demo.said("Open"))
    page.fill("#name", demo.said("Name"))
    page.fill("#password", demo.said("Password"))
    page.keyboard.press("Enter")
    page.fill("#code", demo.said("Code now:  robin"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("My day")
    page.reload()
    expect(page.locator("h1")).to_have_text("My day")
    context.close()
    os.killpg(demo.process.pid, signal.SIGINT)  # as a terminal does: to the process and all that it has started
    assert demo.process.wait(30) == 0
    assert list(demo.folder.iterdir()) == []
    assert demo.process.stdout is not None
    assert demo.process.stdout.read().endswith("Ended, and everything is deleted.\n")
