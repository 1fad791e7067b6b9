"""Two documents written by hand from what is known of the schema: the records that say the same give the same XML."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from lxml import etree

from safelight.reporting.destinations.ncmec.checking import check_file, check_report
from safelight.reporting.destinations.ncmec.model.account import (
    EstimatedLocation,
    PermanentlyDisabled,
    TemporarilyDisabled,
)
from safelight.reporting.destinations.ncmec.model.associated_account import (
    AssociatedAccount,
    AssociatedAccountType,
    Platform,
)
from safelight.reporting.destinations.ncmec.model.capture import DeviceId, EventName, IpCaptureEvent
from safelight.reporting.destinations.ncmec.model.contact import (
    Address,
    AddressType,
    Email,
    EmailType,
    Phone,
    PhoneType,
)
from safelight.reporting.destinations.ncmec.model.file import (
    Details,
    DetailType,
    FileAnnotation,
    FileDetails,
    FileRelevance,
    IndustryClassification,
    NameValuePair,
    OriginalFileHash,
)
from safelight.reporting.destinations.ncmec.model.incident import IncidentSummary, IncidentType, ReportAnnotation
from safelight.reporting.destinations.ncmec.model.internet import (
    CellPhoneIncident,
    EmailIncident,
    InternetDetails,
    PeerToPeerIncident,
    WebPageIncident,
)
from safelight.reporting.destinations.ncmec.model.law_enforcement import LawEnforcement, ServedInternationally
from safelight.reporting.destinations.ncmec.model.person import ContactPerson, Person
from safelight.reporting.destinations.ncmec.model.recipient import IntendedRecipient
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.model.reported import PersonOrUserReported
from safelight.reporting.destinations.ncmec.model.reporter import Reporter
from safelight.reporting.destinations.ncmec.model.victim import Victim
from safelight.reporting.destinations.ncmec.writing import write_file, write_report

_GOLDEN = Path(__file__).parent / "golden"
_AT = datetime(2026, 11, 19, 23, 15, tzinfo=timezone(timedelta(hours=-8)))
_DAY = datetime(2026, 11, 20, tzinfo=UTC)
_EMAIL = Email(
    text="one@example.org",
    type=EmailType.HOME,
    verified=True,
    verification_date=datetime(2026, 1, 2, 3, 4, 5, 678999, tzinfo=UTC),
)
_SUMMARY = IncidentSummary(
    incident_type=IncidentType.CSAM,
    platform="Example Chat",
    escalate_to_high_priority="A child may be in danger today.",
    report_annotations=frozenset({ReportAnnotation.SPAM, ReportAnnotation.SEXTORTION}),
    incident_date_time=_AT,
    incident_date_time_description="When the first message was sent & read; 1 < 2.",
)
_CAPTURE = IpCaptureEvent(
    ip_address="192.0.2.7", event_name=EventName.UPLOAD, date_time=_AT, possible_proxy=False, port=443
)
_PHONE = Phone(text="5550100", type=PhoneType.MOBILE, country_calling_code="+372", extension="12")
_DETAILS = (
    WebPageIncident(third_party_hosted_content=False, urls=("https://chat.example/room?a=1&b=2",)),
    EmailIncident(email_addresses=(_EMAIL,), content="Subject: none"),
    CellPhoneIncident(phone_number=_PHONE, latitude=59.5, longitude=-24.25),
    PeerToPeerIncident(client="Example Share", ip_capture_events=(_CAPTURE,), file_names="a.jpg"),
)
_POLICE = LawEnforcement(
    agency_name="Harbour Police",
    case_number="2026-1",
    officer_contact=ContactPerson(last_name="Officer", emails=(Email(text="officer@example.org"),)),
    reported_to_le=True,
    served_legal_process_domestic=False,
    served_legal_process_international=ServedInternationally(is_served=True, flea_country="EE"),
)
_REPORTER = Reporter(
    reporting_person=Person(
        first_name="Trust",
        last_name="and Safety",
        phones=(Phone(text="5550199", type=PhoneType.WORK),),
        emails=(Email(text="safety@example.org", type=EmailType.WORK),),
        addresses=(
            Address(
                type=AddressType.BUSINESS,
                address="1 Example Street",
                city="Exampleton",
                zip_code="00000",
                state="CA",
                country="US",
            ),
        ),
    ),
    contact_person=ContactPerson(emails=(Email(text="legal@example.org"),)),
    company_template="Legal process: legal@example.org",
    terms_of_service="Be kind.",
    legal_url="https://chat.example/legal",
)
_ASSOCIATED = AssociatedAccount(
    type=AssociatedAccountType.PARENT_OR_GUARDIAN,
    platform=Platform(text="Another Chat", third_party_user=True),
    first_name="A",
    middle_name="B",
    last_name="C",
    approximate_age=60,
    esp_identifier="18",
    prior_reports=(43,),
)
_REPORTED = PersonOrUserReported(
    person=Person(emails=(Email(text="one@example.org"),), age=40, date_of_birth=date(1986, 5, 4)),
    vehicle_description="none known",
    esp_identifier="17",
    esp_service="Example Chat",
    compromised_account=False,
    screen_name="seventeen",
    display_names=("17", "XVII"),
    profile_urls=("https://chat.example/u/17",),
    profile_bio="empty",
    ip_capture_events=(IpCaptureEvent(ip_address="2001:db8::7"),),
    device_ids=(DeviceId(id_type="IMEI", id_value="000000", event_name=EventName.LOGIN),),
    third_party_user_reported=False,
    prior_reports=(41, 42),
    group_identifier="group-1",
    account_temporarily_disabled=TemporarilyDisabled(
        is_disabled=False,
        disabled_date=_DAY.replace(hour=8),
        user_notified=True,
        user_notified_date=_DAY.replace(hour=8),
        reenabled_date=_DAY.replace(hour=9),
    ),
    account_permanently_disabled=PermanentlyDisabled(is_disabled=True, disabled_date=_DAY.replace(hour=10)),
    estimated_location=EstimatedLocation(
        city="Exampleton", region="Coast", country_code="US", verified=False, timestamp=_AT
    ),
    all_emails_reported=True,
    associated_accounts=(_ASSOCIATED,),
    additional_info="Line one\nLine two",
)
REPORT = Report(
    incident_summary=_SUMMARY,
    internet_details=tuple(InternetDetails(incident=each) for each in _DETAILS),
    law_enforcement=_POLICE,
    reporter=_REPORTER,
    reported=(_REPORTED,),
    recipients=(IntendedRecipient(esp_identifier="19", additional_infos=("first", "second")),),
    victims=(Victim(person=Person(), esp_identifier="20", school_name="Example School", all_emails_reported=False),),
    additional_info="Made up.",
)
FILE = FileDetails(
    report_id=4711,
    file_id="0123456789abcdef0123456789abcdef",
    original_file_name="holiday.jpg",
    uploaded_to_esp_timestamp=_AT,
    location_of_file="https://chat.example/f/1",
    file_viewed_by_esp=True,
    exif_viewed_by_esp=False,
    publicly_available=False,
    file_relevance=FileRelevance.REPORTED,
    file_annotations=frozenset({FileAnnotation.GENERATIVE_AI, FileAnnotation.INFANT, FileAnnotation.VIRAL}),
    industry_classification=IndustryClassification.A2,
    original_file_hashes=(
        OriginalFileHash(text="d41d8cd98f00b204e9800998ecf8427e", hash_type="MD5"),  # of no bytes at all
        OriginalFileHash(text="da39a3ee5e6b4b0d3255bfef95601890afd80709", hash_type="SHA1"),
    ),
    ip_capture_event=IpCaptureEvent(ip_address="192.0.2.7"),
    device_ids=(DeviceId(id_type="ICCID", id_value="1"),),
    details=(Details(type=DetailType.EXIF, pairs=(NameValuePair(name="Make", value="Example"),)),),
    additional_infos=("one",),
)


def _golden(name: str) -> bytes:
    parser = etree.XMLParser(remove_blank_text=True)
    return bytes(etree.tostring(etree.parse(_GOLDEN / name, parser), method="c14n2"))


def _canonical(xml: bytes) -> bytes:
    return bytes(etree.tostring(etree.fromstring(xml), method="c14n2"))


def test_a_report_is_written_as_it_was_by_hand(now: datetime) -> None:
    assert check_report(REPORT, now) == []
    written = write_report(REPORT, "https://exttest.cybertip.org/ispws/xsd")
    assert _canonical(written).decode() == _golden("report.xml").decode()


def test_a_files_details_are_written_as_they_were_by_hand(now: datetime) -> None:
    assert check_file(FILE, now) == []
    written = write_file(FILE, "https://report.cybertip.org/ispws/xsd")
    assert _canonical(written).decode() == _golden("file.xml").decode()
