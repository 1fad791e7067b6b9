"""A schema that says what our model says passes the corpus; where it differs, the place is told."""

import subprocess
import sys

import pytest

from safelight.errors import InvalidValue
from safelight.testing.authority.model.schema import schema_text
from safelight.testing.ncmec_corpus import CorpusResult, check_corpus

_WITHOUT_HYPOTHESIS = """
import sys
sys.modules["hypothesis"] = None
from safelight.testing.authority.model.schema import schema_text
from safelight.testing.ncmec_corpus import check_corpus
print(check_corpus(schema_text(), 4, 1).is_right)
"""


def test_the_other_readings_schema_takes_every_valid_document_and_no_damaged_one() -> None:
    assert check_corpus(schema_text(), 120, 1) == CorpusResult(valid=120, damaged=120)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_ten_thousand_of_each() -> None:
    assert check_corpus(schema_text(), 10_000, 2) == CorpusResult(valid=10_000, damaged=10_000)


def test_a_schema_that_is_narrower_than_the_model_refuses_what_we_take_for_valid() -> None:
    narrow = schema_text().replace(b'<xs:maxLength value="2083"/>', b'<xs:maxLength value="20"/>')
    found = check_corpus(narrow, 40, 1)
    assert not found.is_right
    assert found.passed == ()
    paths = {each.path for each in found.refused}
    assert "fileDetails/locationOfFile" in paths
    assert all("longer than the schema allows" in each.sentence and each.count > 0 for each in found.refused)


def test_a_schema_that_is_wider_takes_what_we_would_never_send() -> None:
    found = check_corpus(schema_text().replace(b'base="xs:boolean"', b'base="xs:string"'), 80, 3)
    assert not found.is_right
    assert found.refused == ()
    assert {each.sentence for each in found.passed} == {"This is neither yes nor no, and the schema takes it."}


def test_what_is_no_schema_is_refused() -> None:
    with pytest.raises(InvalidValue, match="no XML schema"):
        check_corpus(b"<report/>", 1, 1)


def test_an_installed_product_has_it_without_hypothesis() -> None:
    done = subprocess.run([sys.executable, "-c", _WITHOUT_HYPOTHESIS], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")
