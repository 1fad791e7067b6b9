"""Every command that a page shows is one that this program takes, with these options."""

import re
import shlex
from pathlib import Path

import pytest
from cyclopts import CycloptsError

from safelight.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"]
_ENDS = {"|", "||", "&", "&&", ";", ">", ">>", "<", "2>"}


def commands_of(text: str) -> list[list[str]]:
    """Return the words of every command of ours in the code blocks of a page."""
    lines = "\n".join(re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)).replace("\\\n", " ").splitlines()
    found = []
    for line in lines:
        command = re.sub(r"^sudo -u safelight ", "", line.strip())
        command = re.sub(r"^docker compose run --rm service ", "safelight ", command)
        if re.match(r"safelight [a-z]", command):
            words = shlex.split(command, comments=True)
            ends = [place for place, word in enumerate(words) if word in _ENDS]
            found.append(words[1 : ends[0] if ends else None])
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_is_one(page: Path) -> None:
    for words in commands_of(page.read_text()):
        try:
            app.parse_args(words, print_error=False, exit_on_error=False)
        except CycloptsError as error:
            pytest.fail(f"safelight {' '.join(words)}: {error}")


def test_commands_are_found_however_they_are_given() -> None:
    given = ["safelight scan x > y", "sudo -u safelight safelight db check -w W   # look"]
    given.append("docker compose run --rm service init .")
    assert commands_of("\n".join(["```", *given, "```"])) == [["scan", "x"], ["db", "check", "-w", "W"], ["init", "."]]
    assert sum(len(commands_of(each.read_text())) for each in PAGES) > 100
