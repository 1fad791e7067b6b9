"""`safelight report call`: what was said to an authority in one call, and what it answered, word for word."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.new_file import new_file
from safelight.cli.options import Workspace
from safelight.cli.report_words import call_words
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.errors import InvalidValue
from safelight.flow.reporting.quoting import quote_call
from safelight.reporting.call import Call, CallKind


def call(
    report: int,
    call: int,
    /,
    *,
    sent: Annotated[Path | None, Parameter(help="Write what was sent to a new file, byte by byte.")] = None,
    received: Annotated[Path | None, Parameter(help="Write what came to a new file, byte by byte.")] = None,
    workspace: Workspace = None,
) -> int:
    """Print what was said to an authority in a call, and its answer. `report show --calls` lists the numbers.

    What is printed cannot disturb a terminal, and is not the same byte by byte; the files are. They hold what the
    report says of people: keep them as you keep the report.
    """
    if sent is not None and sent == received:
        raise InvalidValue("Name two files: one for what was sent, one for what came. Nothing was written.")
    found = quote_call(open_named(workspace).report_desk(), report, call)
    with ExitStack() as files:  # nothing is written where one of them is in the way
        for to, words in ((sent, found.sent), (received, found.received)):
            if to is not None:
                files.enter_context(new_file(to)).write(words)
    Voice().say(printable(call_words(found.call).encode()))
    _tell("Sent", found.sent, sent, _sent_instead(found.call))
    _tell("Received", found.received, received, "nothing")
    return 0


def _sent_instead(call: Call) -> str:
    if call.kind is CallKind.UPLOAD:
        return f"the bytes of evidence {call.evidence_id}, which are kept once"
    return "nothing but the call itself"


def _tell(name: str, words: bytes, to: Path | None, instead: str) -> None:
    voice = Voice()
    if to is not None:
        voice.say(f"{name}: written to {to}")
    elif not words:
        voice.say(f"{name}: {instead}")
    else:
        voice.say(f"{name}:")
        for line in words.decode("utf-8", "replace").splitlines():
            voice.say(f"  {printable(line.encode())}")
