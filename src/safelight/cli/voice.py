"""How the command line speaks: plain text, nothing of a file's name obeyed, a reader that goes away no crash."""

import unicodedata
from typing import NoReturn

from rich.console import Console

_WIDTH_OF_A_FILE = 200
"""Where no terminal shows it, lines are so long that a row of a table is one line, for grep and for files."""


class Voice(Console):
    """A console that takes every text as it is, without markup."""

    def __init__(self, *, stderr: bool = False, width: int | None = None) -> None:
        super().__init__(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)
        if width is None and not self.is_terminal:
            self.width = max(self.width, _WIDTH_OF_A_FILE)

    def say(self, text: str, style: str | None = None) -> None:
        """Print one text, folded nowhere."""
        self.print(text, style=style, soft_wrap=True)

    def on_broken_pipe(self) -> NoReturn:
        """Leave it to `main` to say what a reader that went away means."""
        raise BrokenPipeError


def warn(text: str) -> None:
    """Say on standard error what a person should know though the command goes on."""
    Voice(stderr=True).say(text, style="yellow")


def printable(name: bytes) -> str:
    r"""Return a file's name for the eye: what a terminal would obey, or a reader be misled by, is written out.

    Names come from whoever uploads. Bytes that are not UTF-8, control characters and marks of writing direction become
    escapes such as \x1b.
    """
    return "".join(_written_out(sign) for sign in name.decode("utf-8", "backslashreplace"))


def _written_out(sign: str) -> str:
    if unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"}:
        return sign.encode("unicode_escape").decode()
    return sign
