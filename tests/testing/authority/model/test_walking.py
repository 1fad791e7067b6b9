"""All values of a document are walked, each with its kind."""

from lxml import etree

from safelight.testing.authority.model.documents import FILE_DETAILS
from safelight.testing.authority.model.shape import Shape
from safelight.testing.authority.model.walking import fields_of, values_of

_DETAILS = (
    "<fileDetails><reportId>1</reportId><fileId>f</fileId>"
    "<originalFileHash hashType='SHA1'>aa</originalFileHash>"
    "<deviceId><idType>IMEI</idType><idValue>2</idValue></deviceId></fileDetails>"
)


def test_values_and_attributes_come_in_their_order() -> None:
    found = [(path, text) for path, _, text in values_of(etree.fromstring(_DETAILS), FILE_DETAILS.holds, "fileDetails")]
    assert found == [
        ("fileDetails/reportId", "1"),
        ("fileDetails/fileId", "f"),
        ("fileDetails/originalFileHash/@hashType", "SHA1"),
        ("fileDetails/originalFileHash", "aa"),
        ("fileDetails/deviceId/idType", "IMEI"),
        ("fileDetails/deviceId/idValue", "2"),
    ]


def test_the_branches_of_a_choice_are_fields_like_others() -> None:
    assert isinstance(FILE_DETAILS.holds, Shape)
    assert {"potentialMeme", "fileAnnotations", "reportId"} <= set(fields_of(FILE_DETAILS.holds))
