"""What happened and where: the summary, and the eight forms of details."""

from safelight.testing.authority.model.contact import ADDRESS_OF, EMAIL, PHONE
from safelight.testing.authority.model.kinds import FIXED_TRUE, FLAG, MOMENT, REAL, TEXT, URL, spoken, text, word
from safelight.testing.authority.model.shape import Field, OneOf, Shape, attribute, many, maybe, one, sequence
from safelight.testing.authority.model.traces import IP_CAPTURE

INCIDENT_TYPE = word(
    "Child Pornography (possession, manufacture, and distribution)",
    "Child Sex Trafficking",
    "Child Sex Tourism",
    "Child Sexual Molestation",
    "Misleading Domain Name",
    "Misleading Words or Digital Images on the Internet",
    "Online Enticement of Children for Sexual Acts",
    "Unsolicited Obscene Material Sent to a Child",
)
"""The authority's own strings, older terms included, letter for letter."""

REPORT_ANNOTATIONS = Shape(
    name="reportAnnotations",
    parts=tuple(
        maybe(name, FIXED_TRUE)
        for name in (
            "sextortion",
            "csamSolicitation",
            "minorToMinorInteraction",
            "spam",
            "sadisticOnlineExploitation",
            "informational",  # of 2026, from one source: docs/decisions/0027
        )
    ),
    is_unordered=True,
)

SUMMARY = sequence(
    "incidentSummary",
    one("incidentType", INCIDENT_TYPE),
    maybe("platform", text(256)),
    maybe("escalateToHighPriority", spoken(3000)),
    maybe("reportAnnotations", REPORT_ANNOTATIONS),
    one("incidentDateTime", MOMENT),
    maybe("incidentDateTimeDescription", text(3000)),
)

_MORE = maybe("additionalInfo", TEXT)


def _form(name: str, *parts: Field) -> Field:
    return one(name, sequence(name, *parts, _MORE))


_WEB_PAGE = sequence(
    "webPageIncident", many("url", URL), _MORE, attributes=[attribute("thirdPartyHostedContent", FLAG)]
)

DETAILS = sequence(
    "internetDetails",
    OneOf(
        fields=(
            one("webPageIncident", _WEB_PAGE),
            _form("emailIncident", many("emailAddress", EMAIL), maybe("content", TEXT)),
            _form("newsgroupIncident", maybe("name", TEXT), many("emailAddress", EMAIL), maybe("content", TEXT)),
            _form("chatImIncident", maybe("chatClient", TEXT), maybe("chatRoomName", TEXT), maybe("content", TEXT)),
            _form("onlineGamingIncident", maybe("gameName", TEXT), maybe("console", TEXT), maybe("content", TEXT)),
            _form("cellPhoneIncident", maybe("phoneNumber", PHONE), maybe("latitude", REAL), maybe("longitude", REAL)),
            _form("nonInternetIncident", maybe("locationName", TEXT), many("incidentAddress", ADDRESS_OF)),
            _form(
                "peer2peerIncident", maybe("client", TEXT), many("ipCaptureEvent", IP_CAPTURE), maybe("fileNames", TEXT)
            ),
        )
    ),
)
