"""Greeting: asking the CyberTipline whether it lets us in, by `/status`. Nothing is told of any case."""

from safelight.reporting.destinations.interface import Answer
from safelight.reporting.destinations.ncmec.answer import Response
from safelight.reporting.destinations.ncmec.client import CyberTipline
from safelight.reporting.destinations.ncmec.reading import read_outcome


def greet(line: CyberTipline) -> Answer[None]:
    """Return whether the credentials let in, with the sentence of why they do not."""
    return read_outcome(line.status(), _nothing, report_id=None)


def _nothing(_response: Response) -> None:
    """Take nothing from an answer: that it is a success is all that was asked."""
