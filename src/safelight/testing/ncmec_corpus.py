"""The corpus: made-up documents of the CyberTipline, held against a schema that an adopter has.

Valid ones must pass, and damaged ones must fail. Where it is otherwise, the model of this house and the schema differ.
"""

import re
from collections import Counter
from dataclasses import dataclass

from safelight.reporting.destinations.ncmec.writing import write_file, write_report
from safelight.reporting.destinations.ncmec.xsd import Schema, read_schema
from safelight.testing.ncmec_damage import damages
from safelight.testing.ncmec_plain_reports import PlainReports, plain_reports

_LOCATION = "https://exttest.cybertip.org/ispws/xsd"
_FULL_EACH = 10
"""Each so manieth document holds everything that it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference between the model and the schema: where, what is so, and in how many documents."""

    path: str
    sentence: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusResult:
    """What came of a corpus: how many documents of each sort there were, and where model and schema differ.

    `refused`: the schema refuses what this house takes for valid, so that such a report would be refused. `passed`: the
    schema takes what this house would never send, which does no harm.
    """

    valid: int
    damaged: int
    refused: tuple[Finding, ...] = ()
    passed: tuple[Finding, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether every valid document passed, and every damaged one failed."""
        return not self.refused and not self.passed


def check_corpus(xsd: bytes, count: int, seed: int) -> CorpusResult:
    """Hold `count` valid documents, and as many damaged ones, against a schema: by turns a report and a file's details.

    The same seed gives the same documents. Raises `InvalidValue` for what is no schema, or fetches others.
    """
    schema = read_schema(xsd)
    some, full = plain_reports(seed), plain_reports(seed, fullness=75)
    refused: Counter[tuple[str, str]] = Counter()
    passed: Counter[tuple[str, str]] = Counter()
    for number in range(count):
        made = full if number // 2 % _FULL_EACH == 0 else some
        _check_one(schema, made, number % 2 == 0, refused, passed)
    return CorpusResult(valid=count, damaged=count, refused=_findings(refused), passed=_findings(passed))


def _check_one(
    schema: Schema,
    made: PlainReports,
    is_report: bool,
    refused: Counter[tuple[str, str]],
    passed: Counter[tuple[str, str]],
) -> None:
    record, xml = _report(made) if is_report else _file(made)
    refused.update((_plain(each.path), each.sentence) for each in schema.faults(xml)[:1])
    possible = damages(record, xml)
    damaged = possible[int(made.draw.integers(len(possible)))]()
    if not schema.faults(damaged.xml):
        passed[_plain(damaged.path), f"This {damaged.how}, and the schema takes it."] += 1


def _report(made: PlainReports) -> tuple[object, bytes]:
    report = made.report()
    return report, write_report(report, _LOCATION)


def _file(made: PlainReports) -> tuple[object, bytes]:
    file = made.file()
    return file, write_file(file, _LOCATION)


def _plain(path: str) -> str:
    """Return a path without the places in lists: the same difference is told once."""
    return re.sub(r"\[[0-9]+\]", "", path)


def _findings(counted: Counter[tuple[str, str]]) -> tuple[Finding, ...]:
    return tuple(
        Finding(path=path, sentence=sentence, count=count) for (path, sentence), count in counted.most_common()
    )
