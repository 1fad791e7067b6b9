"""The documents have the order and the limits of the published facts: written down here once more, by hand."""

import pytest

from safelight.testing.authority.model.documents import FILE_DETAILS, REPORT
from safelight.testing.authority.model.shape import Field, Kind, Shape
from safelight.testing.authority.model.walking import fields_of

_ORDERS = """
report:
  batchedReport? incidentSummary internetDetails* lawEnforcement? reporter personOrUserReported*
  intendedRecipient* victim* additionalInfo?
report/incidentSummary:
  incidentType platform? escalateToHighPriority? reportAnnotations? incidentDateTime
  incidentDateTimeDescription?
report/internetDetails/webPageIncident:
  url* additionalInfo?
report/internetDetails/emailIncident:
  emailAddress* content? additionalInfo?
report/internetDetails/newsgroupIncident:
  name? emailAddress* content? additionalInfo?
report/internetDetails/chatImIncident:
  chatClient? chatRoomName? content? additionalInfo?
report/internetDetails/onlineGamingIncident:
  gameName? console? content? additionalInfo?
report/internetDetails/cellPhoneIncident:
  phoneNumber? latitude? longitude? additionalInfo?
report/internetDetails/nonInternetIncident:
  locationName? incidentAddress* additionalInfo?
report/internetDetails/peer2peerIncident:
  client? ipCaptureEvent* fileNames? additionalInfo?
report/lawEnforcement:
  agencyName caseNumber? officerContact? reportedToLe? servedLegalProcessDomestic?
  servedLegalProcessInternational?
report/reporter:
  reportingPerson contactPerson? companyTemplate? termsOfService? legalURL?
report/reporter/reportingPerson:
  firstName? lastName? phone* email+ address* age? dateOfBirth?
report/reporter/contactPerson:
  firstName? lastName? phone* email* address*
report/victim/victimPerson:
  firstName? lastName? phone* email* address* age? dateOfBirth?
report/personOrUserReported:
  personOrUserReportedPerson? vehicleDescription? espIdentifier? espService? compromisedAccount? screenName?
  displayName* profileUrl* profileBio? ipCaptureEvent* deviceId* thirdPartyUserReported? priorCTReports*
  groupIdentifier? accountTemporarilyDisabled? accountPermanentlyDisabled? estimatedLocation? allEmailsReported?
  associatedAccount* additionalInfo?
report/intendedRecipient:
  intendedRecipientPerson? espIdentifier? espService? compromisedAccount? screenName? displayName* profileUrl*
  profileBio? ipCaptureEvent* deviceId* priorCTReports* groupIdentifier? accountTemporarilyDisabled?
  accountPermanentlyDisabled? estimatedLocation? allEmailsReported? additionalInfo*
report/victim:
  victimPerson espIdentifier? espService? compromisedAccount? screenName? displayName* profileUrl* profileBio?
  ipCaptureEvent* deviceId* schoolName? priorCTReports* accountTemporarilyDisabled? accountPermanentlyDisabled?
  estimatedLocation? allEmailsReported? associatedAccount* additionalInfo?
report/victim/associatedAccount:
  platform? firstName? middleName? lastName? approximateAge dateOfBirth phone* email* allEmailsReported?
  address* espService? espIdentifier? profileUrl* screenName? displayName* profileBio? groupIdentifier?
  compromisedAccount? accountTemporarilyDisabled? accountPermanentlyDisabled? ipCaptureEvent* deviceId*
  priorCTReport* additionalInfo?
report/victim/ipCaptureEvent:
  ipAddress eventName? dateTime? possibleProxy? port?
report/victim/deviceId:
  idType idValue eventName? dateTime?
report/victim/estimatedLocation:
  city? region? countryCode?
report/victim/victimPerson/address:
  address? city? zipCode? state? nonUsaState? country?
fileDetails:
  reportId fileId fileName? originalFileName? uploadedToEspTimestamp? locationOfFile? fileViewedByEsp?
  exifViewedByEsp? publiclyAvailable? fileRelevance? potentialMeme fileAnnotations industryClassification?
  originalFileHash* ipCaptureEvent? deviceId* details* additionalInfo*
fileDetails/details/nameValuePair:
  name value
"""

_LIMITS = """
256 report/incidentSummary/platform
3000 report/incidentSummary/escalateToHighPriority
3000 report/incidentSummary/incidentDateTimeDescription
2083 report/internetDetails/webPageIncident/url
255 report/lawEnforcement/agencyName
100 report/lawEnforcement/caseNumber
3000 report/reporter/termsOfService
2083 report/reporter/legalURL
100 report/reporter/reportingPerson/firstName
100 report/reporter/reportingPerson/lastName
255 report/reporter/reportingPerson/email
50 report/reporter/reportingPerson/phone
255 report/reporter/reportingPerson/address/address
100 report/reporter/reportingPerson/address/city
20 report/reporter/reportingPerson/address/zipCode
100 report/reporter/reportingPerson/address/nonUsaState
300 report/personOrUserReported/vehicleDescription
255 report/personOrUserReported/espIdentifier
100 report/personOrUserReported/espService
256 report/personOrUserReported/screenName
255 report/personOrUserReported/displayName
2083 report/personOrUserReported/profileUrl
255 report/personOrUserReported/groupIdentifier
255 report/victim/deviceId/idType
2083 report/victim/deviceId/idValue
2056 fileDetails/originalFileName
2083 fileDetails/locationOfFile
64 fileDetails/details/nameValuePair/name
64 fileDetails/originalFileHash/@hashType
"""

_WORDS = """
report/batchedReport/@reason: VIRAL_POTENTIAL_MEME
report/personOrUserReported/associatedAccount/@type: Billing|Linked|Business|Creator|Parent/Guardian|Other
report/victim/victimPerson/address/@type: Home|Business|Billing|Shipping|Technical
report/victim/victimPerson/email/@type: Home|Work|Business|Recovery
report/victim/victimPerson/phone/@type: Mobile|Home|Business|Work|Fax|Internet|Recovery
report/victim/ipCaptureEvent/eventName: Login|Registration|Purchase|Upload|Other|Unknown
report/victim/deviceId/eventName: Login|Registration|Purchase|Upload|Other|Unknown
fileDetails/fileRelevance: Reported|Supplemental Reported
fileDetails/industryClassification: A1|A2|B1|B2
fileDetails/details/@type: EXIF|HASH
"""


def _at(path: str) -> Kind | Shape:
    first, *names = path.split("/")
    holds: Kind | Shape = {"report": REPORT, "fileDetails": FILE_DETAILS}[first].holds
    for name in names:
        assert isinstance(holds, Shape)
        if name.startswith("@"):
            return next(each.kind for each in holds.attributes if each.name == name[1:])
        holds = fields_of(holds)[name].holds
    return holds


def _blocks(table: str) -> list[tuple[str, str]]:
    return _lines(table.replace("\n  ", " "), ": ")


def _lines(table: str, between: str) -> list[tuple[str, str]]:
    return [(first, rest) for first, _, rest in (line.partition(between) for line in table.strip().splitlines())]


def _how_often(field: Field) -> str:
    return {(1, 1): "", (0, 1): "?", (0, None): "*", (1, None): "+"}[field.least, field.most]


@pytest.mark.parametrize(("path", "order"), _blocks(_ORDERS))
def test_elements_come_in_this_order_and_so_often(path: str, order: str) -> None:
    shape = _at(path)
    assert isinstance(shape, Shape)
    assert " ".join(f"{name}{_how_often(field)}" for name, field in fields_of(shape).items()) == order


@pytest.mark.parametrize(("limit", "path"), _lines(_LIMITS, " "))
def test_texts_are_no_longer_than_this(limit: str, path: str) -> None:
    holds = _at(path)
    kind = holds.text if isinstance(holds, Shape) else holds
    assert kind is not None
    assert kind.longest == int(limit)


@pytest.mark.parametrize(("path", "words"), _lines(_WORDS, ": "))
def test_these_words_are_known_and_no_others(path: str, words: str) -> None:
    holds = _at(path)
    assert isinstance(holds, Kind)
    assert "|".join(holds.values) == words


def test_the_annotations_come_in_any_order() -> None:
    for path in ("report/incidentSummary/reportAnnotations", "fileDetails/fileAnnotations"):
        shape = _at(path)
        assert isinstance(shape, Shape)
        assert shape.is_unordered


def test_there_is_no_field_for_what_a_person_is_by_birth_or_belief() -> None:
    """Only the authority's own address fields name a country or a state."""
    forbidden = ("nation", "ethn", "relig", "race", "immig")
    names = {name for name in _names(REPORT.holds) | _names(FILE_DETAILS.holds) if name.lower().startswith(forbidden)}
    assert names == set()


def _names(holds: Kind | Shape) -> set[str]:
    if isinstance(holds, Kind):
        return set()
    fields = fields_of(holds)
    return set(fields) | {name for field in fields.values() for name in _names(field.holds)}
