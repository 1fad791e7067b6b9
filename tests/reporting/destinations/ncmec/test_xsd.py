"""Whoever has a schema can hold documents against it. The one here is made up: the authority's is not ours to keep."""

import pytest

from safelight.errors import InvalidValue
from safelight.reporting.destinations.ncmec.xsd import check_against_xsd

XSD = b"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="boat">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="name"><xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="5"/>
          </xs:restriction></xs:simpleType></xs:element>
        <xs:element name="mast" minOccurs="0" maxOccurs="2"><xs:simpleType><xs:restriction base="xs:int">
          <xs:minInclusive value="1"/><xs:maxInclusive value="9"/></xs:restriction></xs:simpleType></xs:element>
        <xs:element name="rig" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string">
          <xs:enumeration value="gaff"/></xs:restriction></xs:simpleType></xs:element>
      </xs:sequence>
      <xs:attribute name="port" use="required" type="xs:string"/>
    </xs:complexType>
  </xs:element>
</xs:schema>"""


def _paths(xml: bytes) -> list[str]:
    return [fault.path for fault in check_against_xsd(xml, XSD)]


def test_a_document_that_keeps_to_the_schema_has_no_fault() -> None:
    assert _paths(b'<boat port="a"><name>Rosa</name><mast>1</mast><rig>gaff</rig></boat>') == []


@pytest.mark.parametrize(
    ("xml", "path", "sentence"),
    [
        (b'<boat port="a"><name>Rosamunde</name></boat>', "boat/name", "longer"),
        (b'<boat port="a"><mast>1</mast></boat>', "boat/mast", "may not stand here"),
        (b'<boat port="a"><name>a</name><rig>gaff</rig><mast>1</mast></boat>', "boat/mast", "may not stand here"),
        (b'<boat port="a"><name>a</name><mast>1</mast><mast>77</mast></boat>', "boat/mast[2]", "more than"),
        (b'<boat port="a"><name>a</name><mast>0</mast></boat>', "boat/mast", "less than"),
        (b'<boat port="a"><name>a</name><mast>x</mast></boat>', "boat/mast", "not of the type"),
        (b'<boat port="a"><name>a</name><rig>junk</rig></boat>', "boat/rig", "none of the values"),
        (b"<boat><name>a</name></boat>", "boat", "attribute"),
        (b'<boat port="a" tell="1"><name>a</name></boat>', "boat", "attribute"),
        (b"<ship/>", "ship", "no such document"),
    ],
)
def test_each_fault_has_its_path_and_a_sentence_of_ours(xml: bytes, path: str, sentence: str) -> None:
    (fault,) = check_against_xsd(xml, XSD)
    assert fault.path.startswith(path)
    assert sentence in fault.sentence


def test_no_sentence_quotes_what_the_field_holds() -> None:
    faults = check_against_xsd(b'<boat port="a"><name>tell-tale</name><rig>tell-tale</rig></boat>', XSD)
    assert len(faults) == 2
    assert "tell-tale" not in " ".join(map(str, faults))


@pytest.mark.parametrize(
    "part",
    [
        b'<xs:include schemaLocation="file:///etc/passwd"/>',
        b'<xs:import namespace="urn:x" schemaLocation="http://127.0.0.1:1/x.xsd"/>',
        b'<xs:redefine schemaLocation="a.xsd"/>',
    ],
)
def test_a_schema_that_fetches_others_is_refused(part: bytes) -> None:
    with pytest.raises(InvalidValue, match="fetches parts"):
        check_against_xsd(b"<a/>", b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">' + part + b"</xs:schema>")


@pytest.mark.parametrize(
    "xsd", [b"<a/>", b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:nonsense/></xs:schema>']
)
def test_what_is_no_schema_is_refused(xsd: bytes) -> None:
    with pytest.raises(InvalidValue, match="no XML schema"):
        check_against_xsd(b"<a/>", xsd)


def test_a_document_type_is_refused_in_both() -> None:
    for xml, xsd in [(b"<!DOCTYPE a><a/>", XSD), (b"<a/>", b"<!DOCTYPE a>" + XSD[39:])]:
        with pytest.raises(InvalidValue, match="document type"):
            check_against_xsd(xml, xsd)
