"""Writing: a record as the bytes that are sent. The same record gives the same bytes."""

from typing import Any

from lxml import etree

from safelight.errors import InvalidValue
from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.form.slot import Attribute, Body, Filled, Tags, filled_slots
from safelight.reporting.form.text_kinds import unwritable

_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def write_report(report: Report, schema_location: str) -> bytes:
    """Return the XML of a report, in UTF-8. Check it first: here, only what XML cannot hold is refused.

    `schema_location` is where the authority keeps its schema: the root that is called, and `/xsd`. Raises
    `InvalidValue` with the path of a field that holds a character which XML cannot hold; none is ever dropped.
    """
    return _document(report, "report", schema_location)


def write_file(details: FileDetails, schema_location: str) -> bytes:
    """Return the XML of the details of a file, as `write_report` does."""
    return _document(details, "fileDetails", schema_location)


def _document(record: object, name: str, schema_location: str) -> bytes:
    root = etree.Element(name, nsmap={"xsi": _INSTANCE})
    root.set(f"{{{_INSTANCE}}}noNamespaceSchemaLocation", schema_location)
    _fill(root, record, name)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _fill(element: Any, record: object, path: str) -> None:
    for filled in filled_slots(record, path):
        place = filled.slot.place
        if isinstance(place, Attribute):
            element.set(filled.slot.name, _text(filled))
        elif isinstance(place, Body):
            element.text = _text(filled)
        elif isinstance(place, Tags):
            _tag(etree.SubElement(element, filled.slot.name), [each for each in place.options if each in filled.value])
        else:
            _append(element, filled)


def _append(element: Any, filled: Filled) -> None:
    name = filled.path.rpartition("/")[2].partition("[")[0]
    child = etree.SubElement(element, name)
    if filled.slot.kind is None:
        _fill(child, filled.value, filled.path)
    else:
        child.text = _text(filled)


def _tag(element: Any, tags: list[Any]) -> None:
    for each in tags:
        etree.SubElement(element, each.value).text = "true"


def _text(filled: Filled) -> str:
    kind = filled.slot.kind
    text = "" if kind is None else kind.write(filled.value)
    if (why := unwritable(text)) is not None:
        raise InvalidValue(f"{filled.path}: {why} Nothing was sent.")
    return text
