"""Where it happened: the eight forms that the details of an incident have."""

from dataclasses import dataclass
from typing import Annotated

from safelight.reporting.destinations.ncmec.model.capture import IpCaptureEvent
from safelight.reporting.destinations.ncmec.model.contact import Address, Email, Phone
from safelight.reporting.form.plain_kinds import Degrees, Flag
from safelight.reporting.form.slot import Attribute, Element, OneOf
from safelight.reporting.form.text_kinds import Text, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPageIncident:
    """On a web page."""

    third_party_hosted_content: Annotated[bool | None, Attribute(Flag())] = None
    urls: Annotated[tuple[str, ...], Element(Url(), name="url")] = ()
    additional_info: Annotated[str | None, Element(Text())] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailIncident:
    """Over e-mail. Each address is also given with the person that it is of."""

    email_addresses: Annotated[tuple[Email, ...], Element(name="emailAddress")] = ()
    content: Annotated[str | None, Element(Text())] = None
    additional_info: Annotated[str | None, Element(Text())] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsgroupIncident:
    """In a newsgroup. Each address is also given with the person that it is of."""

    name: Annotated[str | None, Element(Text(255))] = None
    email_addresses: Annotated[tuple[Email, ...], Element(name="emailAddress")] = ()
    content: Annotated[str | None, Element(Text())] = None
    additional_info: Annotated[str | None, Element(Text())] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatImIncident:
    """In a chat or by instant messages."""

    chat_client: Annotated[str | None, Element(Text(255))] = None
    chat_room_name: Annotated[str | None, Element(Text(255))] = None
    content: Annotated[str | None, Element(Text())] = None
    additional_info: Annotated[str | None, Element(Text())] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineGamingIncident:
    """In a game played online."""

    game_name: Annotated[str | None, Element(Text(255))] = None
    console: Annotated[str | None, Element(Text(255))] = None
    content: Annotated[str | None, Element(Text())] = None
    additional_info: Annotated[str | None, Element(Text())] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPhoneIncident:
    """Mainly by phone: calls, text messages, pictures sent by it."""

    phone_number: Annotated[Phone | None, Element()] = None
    latitude: Annotated[float | None, Element(Degrees(90))] = None
    longitude: Annotated[float | None, Element(Degrees(180))] = None
    additional_info: Annotated[str | None, Element(Text())] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NonInternetIncident:
    """Neither online nor by phone."""

    location_name: Annotated[str | None, Element(Text(255))] = None
    incident_addresses: Annotated[tuple[Address, ...], Element(name="incidentAddress")] = ()
    additional_info: Annotated[str | None, Element(Text())] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerToPeerIncident:
    """Over a network whose members share files directly."""

    client: Annotated[str | None, Element(Text(255))] = None
    ip_capture_events: Annotated[tuple[IpCaptureEvent, ...], Element(name="ipCaptureEvent")] = ()
    file_names: Annotated[str | None, Element(Text())] = None
    additional_info: Annotated[str | None, Element(Text())] = None


Incident = (
    WebPageIncident
    | EmailIncident
    | NewsgroupIncident
    | ChatImIncident
    | OnlineGamingIncident
    | CellPhoneIncident
    | NonInternetIncident
    | PeerToPeerIncident
)
FORMS: dict[type, str] = {
    WebPageIncident: "webPageIncident",
    EmailIncident: "emailIncident",
    NewsgroupIncident: "newsgroupIncident",
    ChatImIncident: "chatImIncident",
    OnlineGamingIncident: "onlineGamingIncident",
    CellPhoneIncident: "cellPhoneIncident",
    NonInternetIncident: "nonInternetIncident",
    PeerToPeerIncident: "peer2peerIncident",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InternetDetails:
    """Exactly one of the eight forms."""

    incident: Annotated[Incident, OneOf(FORMS)]
