"""Rules between the fields of a report. That a batched one keeps its own rules is looked at when it is finished."""

from collections.abc import Iterator
from datetime import datetime

from lxml.etree import _Element as Element

from safelight.testing.authority.model.breach import Breach
from safelight.testing.authority.model.documents import REPORT
from safelight.testing.authority.rules.disabling import in_wrong_order
from safelight.testing.authority.rules.past import of_the_future


def breaches_of_report(root: Element, now: datetime) -> Iterator[Breach]:
    """Yield what is wrong with a report that is valid by the schema."""
    yield from of_the_future(root, REPORT, now)
    yield from in_wrong_order(root)
    yield from _too_many_persons(root)
    yield from _mail_of_nobody(root)


def is_batched(root: Element) -> bool:
    """Whether a report is about one picture that went around, and many persons."""
    return root.find("batchedReport") is not None


def _too_many_persons(root: Element) -> Iterator[Breach]:
    if not is_batched(root) and len(root.findall("personOrUserReported")) > 1:
        yield Breach(path="report/personOrUserReported", says="only a batched report has more than one")


def _mail_of_nobody(root: Element) -> Iterator[Breach]:
    of_persons = {_mail(element) for element in root.iter("email")}
    for element in root.iter("emailAddress"):
        if _mail(element) not in of_persons:
            form = element.getparent()
            where = "" if form is None else f"{form.tag}/"
            yield Breach(
                path=f"report/internetDetails/{where}emailAddress", says="the address has to be that of a person, too"
            )


def _mail(element: Element) -> str:
    return (element.text or "").strip().casefold()
