"""The authority's own schema, for whoever has it: a document is held against it. None is shipped with Safelight."""

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from safelight.errors import InvalidValue
from safelight.reporting.destinations.ncmec.safe_xml import read_xml
from safelight.reporting.form.fault import Fault

LONGEST_SCHEMA = 4 << 20
LONGEST_DOCUMENT = 64 << 20
_XS = "{http://www.w3.org/2001/XMLSchema}"
_FROM_ELSEWHERE = ("import", "include", "redefine", "override")

_SENTENCES = {
    "SCHEMAV_ELEMENT_CONTENT": "This element may not stand here, or one before it is missing. Compare with the schema.",
    "SCHEMAV_CVC_MAXLENGTH_VALID": "This is longer than the schema allows. Shorten it.",
    "SCHEMAV_CVC_MINLENGTH_VALID": "This is shorter than the schema allows. Fill it in, or leave it out.",
    "SCHEMAV_CVC_LENGTH_VALID": "This has not the length that the schema asks for. Correct it.",
    "SCHEMAV_CVC_ENUMERATION_VALID": "This is none of the values that the schema lists. Choose one of them.",
    "SCHEMAV_CVC_PATTERN_VALID": "This has not the form that the schema asks for. Correct it.",
    "SCHEMAV_CVC_MININCLUSIVE_VALID": "This is less than the schema allows. Correct it.",
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": "This is more than the schema allows. Correct it.",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "This is not of the type that the schema asks for. Correct it.",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "This attribute is not in the schema. Leave it out.",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": "This attribute is not in the schema. Leave it out.",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "An attribute that the schema asks for is missing here. Fill it in.",
    "SCHEMAV_CVC_ELT_1": "The schema has no such document. Is it the authority's, and the right one?",
}


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema that was read. Not safe for use by several threads at once."""

    _compiled: Any = field(repr=False)

    def faults(self, xml: bytes) -> list[Fault]:
        """Return where a document breaks the schema, in its order. Raises `InvalidValue` for what is no XML.

        The sentences are ours: those of the library quote what the fields hold.
        """
        document = read_xml(xml, max_bytes=LONGEST_DOCUMENT)
        self._compiled.validate(document)
        return _without_echoes([_fault(entry, document) for entry in self._compiled.error_log])


def read_schema(xsd: bytes) -> Schema:
    """Return a schema. Raises `InvalidValue` for what is none, and for one that fetches others."""
    root = read_xml(xsd, max_bytes=LONGEST_SCHEMA)
    if any(each.tag in {f"{_XS}{name}" for name in _FROM_ELSEWHERE} for each in root.iter()):
        raise InvalidValue("The schema fetches parts from elsewhere, which is not done here. Give it in one file.")
    try:
        return Schema(etree.XMLSchema(root))
    except etree.XMLSchemaParseError:
        raise InvalidValue("The file is no XML schema. Give the one that the authority's /xsd answers.") from None


def check_against_xsd(xml: bytes, xsd: bytes) -> list[Fault]:
    """Return where a document breaks a schema, as `Schema.faults` does. Raises `InvalidValue` as both do."""
    return read_schema(xsd).faults(xml)


def _fault(entry: Any, document: Any) -> Fault:
    path = (entry.path or f"/{document.tag}").removeprefix("/")
    sentence = _SENTENCES.get(entry.type_name, f"The schema does not allow this ({entry.type_name}). Compare with it.")
    return Fault(path=path, sentence=sentence)


def _without_echoes(faults: list[Fault]) -> list[Fault]:
    """Leave out what the library says again: of each place, its type is wrong because its form is."""
    told: dict[str, Fault] = {}
    for fault in faults:
        told.setdefault(fault.path, fault)
    return list(told.values())
