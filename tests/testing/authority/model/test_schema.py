"""The schema is a schema, and says that it is not the authority's. What it refuses is tested in test_validating.py."""

from lxml import etree

from safelight.testing.authority.model.documents import FILE_DETAILS, REPORT
from safelight.testing.authority.model.schema import schema_text
from safelight.testing.authority.model.specimen import specimen


def test_it_reads_as_a_schema_and_takes_what_is_valid() -> None:
    schema = etree.XMLSchema(etree.fromstring(schema_text()))
    assert schema.validate(specimen(REPORT))
    assert schema.validate(specimen(FILE_DETAILS))
    assert not schema.validate(etree.Element("report"))


def test_it_says_whose_it_is_not() -> None:
    assert b"This is not the authority's schema" in schema_text()
