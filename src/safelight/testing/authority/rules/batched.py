"""Rules of a batched report, looked at when it is finished: one picture that went around, and accounts."""

from collections.abc import Iterator, Sequence

from lxml.etree import _Element as Element

from safelight.testing.authority.model.breach import Breach

_NOT_IN_THE_REPORT = ("internetDetails", "lawEnforcement", "intendedRecipient", "victim", "additionalInfo")
_NOT_IN_THE_DETAILS = (
    "fileName",
    "originalFileName",
    "locationOfFile",
    "originalFileHash",
    "ipCaptureEvent",
    "deviceId",
    "details",
)
_ANNOTATIONS = {"viral", "potentialMeme"}


def breaches_of_batch(root: Element, files: Sequence[Element | None]) -> Iterator[Breach]:
    """Yield what is wrong with a batched report and its files. Of a file without details there is None."""
    if root.find("incidentSummary/escalateToHighPriority") is not None:
        yield Breach(path="report/incidentSummary/escalateToHighPriority", says="a batched report has none")
    for name in _NOT_IN_THE_REPORT:
        if root.find(name) is not None:
            yield Breach(path=f"report/{name}", says="a batched report has none")
    yield from _of_persons(root)
    if len(files) != 1:
        yield Breach(path="report", says="a batched report has exactly one file")
    elif files[0] is None:
        yield Breach(path="fileDetails", says="the file of a batched report needs details")
    else:
        yield from _of_file(files[0])


def _of_persons(root: Element) -> Iterator[Breach]:
    persons = root.findall("personOrUserReported")
    if not persons:
        yield Breach(path="report/personOrUserReported", says="a batched report has at least one")
    for person in persons:
        if [child.tag for child in person] != ["espIdentifier"]:
            yield Breach(path="report/personOrUserReported", says="in a batched report it holds an espIdentifier alone")
            return


def _of_file(details: Element) -> Iterator[Breach]:
    for name in _NOT_IN_THE_DETAILS:
        if details.find(name) is not None:
            yield Breach(path=f"fileDetails/{name}", says="the file of a batched report has none")
    if details.findtext("fileRelevance", "Reported") != "Reported":
        yield Breach(path="fileDetails/fileRelevance", says="in a batched report it is Reported")
    told = {str(child.tag) for child in details.iterfind("fileAnnotations/*")}
    if not told or not told <= _ANNOTATIONS:
        yield Breach(
            path="fileDetails/fileAnnotations", says="in a batched report they are viral, potentialMeme or both"
        )
