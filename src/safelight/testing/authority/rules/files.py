"""Rules between the fields of a file's details."""

from collections.abc import Iterator
from datetime import datetime

from lxml.etree import _Element as Element

from safelight.testing.authority.model.breach import Breach
from safelight.testing.authority.model.documents import FILE_DETAILS
from safelight.testing.authority.model.values import is_true
from safelight.testing.authority.rules.past import of_the_future


def breaches_of_file(root: Element, now: datetime) -> Iterator[Breach]:
    """Yield what is wrong with a file's details that are valid by the schema."""
    yield from of_the_future(root, FILE_DETAILS, now)
    if _says_yes(root, "exifViewedByEsp") and not _says_yes(root, "fileViewedByEsp"):
        yield Breach(path="fileDetails/exifViewedByEsp", says="it is true only where fileViewedByEsp is")
    if root.findtext("fileRelevance") == "Supplemental Reported":
        yield from _more_than_a_supplement(root)


def _more_than_a_supplement(root: Element) -> Iterator[Breach]:
    for name in ("industryClassification", "potentialMeme", "fileAnnotations/potentialMeme"):
        if root.find(name) is not None:
            yield Breach(path=f"fileDetails/{name}", says="a Supplemental Reported file has none")


def _says_yes(root: Element, name: str) -> bool:
    found = root.find(name)
    return found is not None and is_true(found.text)
