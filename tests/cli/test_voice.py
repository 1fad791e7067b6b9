"""What is printed is what is there: names can neither forge lines nor command the terminal."""

import subprocess
import sys

import pytest

from safelight.cli.voice import Voice, printable


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"plain.jpg", "plain.jpg"),
        ("k\u00fcche/\u3042.png".encode(), "k\u00fcche/\u3042.png"),
        (b"two\nlines", "two\\nlines"),
        (b"\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        (b"caf\xe9", "caf\\xe9"),
        ("\u202egpj.exe".encode(), "\\u202egpj.exe"),
        ("\u0085next".encode(), "\\x85next"),
    ],
)
def test_names_are_written_out(name: bytes, shown: str) -> None:
    assert printable(name) == shown


def test_markup_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    Voice().say("[/bold] [red]x[/red] :smile:")
    assert capsys.readouterr().out == "[/bold] [red]x[/red] :smile:\n"


def test_a_reader_that_goes_away_is_status_130() -> None:
    code = (
        "import sys; from safelight.cli import main as m, voice\n"
        "def shout(*_, **__):\n"
        "    while True: voice.Voice().say('x' * 1000)\n"
        "type(m.app).__call__ = shout\n"
        "sys.exit(m.main([]))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
    assert process.returncode == 130
    assert b"Traceback" not in said
