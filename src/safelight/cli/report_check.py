"""`safelight report check`: holding made-up reports against a schema that an adopter has. Nothing is sent."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.given_file import read_given
from safelight.cli.voice import Voice, printable
from safelight.errors import InvalidValue
from safelight.testing.ncmec_corpus import Finding, check_corpus

DIFFERS = 1
"""The exit status where model and schema differ."""

_MOST = 1_000_000


def check(
    *,
    xsd: Annotated[Path, Parameter(help="The authority's schema, as its `/xsd` answers; `-` is standard input.")],
    count: Annotated[int, Parameter(help="How many valid and how many damaged documents.")] = 1000,
    seed: Annotated[int, Parameter(help="Which documents: the same number gives the same ones.")] = 0,
) -> int:
    """Hold made-up documents against the CyberTipline's schema: valid ones must pass, damaged ones must fail.

    Exit status: 0, or 1 where it is otherwise.
    """
    if not 1 <= count <= _MOST:
        raise InvalidValue(f"There are 1 to {_MOST} documents of each sort, not {count}.")
    found, voice = check_corpus(read_given(xsd), count, seed), Voice()
    voice.say(f"{found.valid} valid documents, and {found.damaged} damaged ones, were held against the schema.")
    _tell(voice, "refused, though we take it for valid: such a report of yours would be refused", found.refused)
    _tell(voice, "passed, though we would never send it: it does no harm", found.passed)
    if found.is_right:
        voice.say("The schema and the model of this program agree on all of them.")
    return 0 if found.is_right else DIFFERS


def _tell(voice: Voice, what: str, findings: tuple[Finding, ...]) -> None:
    for each in findings:
        voice.say(f"{each.count} {what}")
        voice.say(f"  {printable(each.path.encode())}: {printable(each.sentence.encode())}")
