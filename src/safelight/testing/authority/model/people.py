"""People and accounts: person, associated account, the reported user, an intended recipient, a victim."""

from safelight.testing.authority.model.contact import ADDRESS_OF, EMAIL, PHONE
from safelight.testing.authority.model.kinds import AGE, DAY, FLAG, LONG, TEXT, URL, text, word
from safelight.testing.authority.model.shape import (
    Field,
    OneOf,
    Shape,
    attribute,
    many,
    maybe,
    one,
    sequence,
    some,
    told,
)
from safelight.testing.authority.model.traces import DEVICE, DISABLED_FOR_A_TIME, DISABLED_FOR_GOOD, IP_CAPTURE, PLACE

_NAMES = (maybe("firstName", text(100)), maybe("lastName", text(100)))
_REACHED = (many("phone", PHONE), many("email", EMAIL), many("address", ADDRESS_OF))
_AGE = (maybe("age", AGE), maybe("dateOfBirth", DAY))

PERSON = sequence("person", *_NAMES, *_REACHED, *_AGE)
CONTACT_PERSON = sequence("contactPerson", *_NAMES, *_REACHED)
REPORTING_PERSON = sequence(
    "reportingPerson", *_NAMES, many("phone", PHONE), some("email", EMAIL), many("address", ADDRESS_OF), *_AGE
)

ASSOCIATED_ACCOUNT = sequence(
    "associatedAccount",
    maybe("platform", told("associatedPlatform", TEXT, attribute("thirdPartyUser", FLAG))),
    maybe("firstName", text(100)),
    maybe("middleName", text(100)),
    maybe("lastName", text(100)),
    OneOf(fields=(one("approximateAge", AGE), one("dateOfBirth", DAY)), least=0),
    many("phone", PHONE),
    many("email", EMAIL),
    maybe("allEmailsReported", FLAG),
    many("address", ADDRESS_OF),
    maybe("espService", text(100)),
    maybe("espIdentifier", text(255)),
    many("profileUrl", URL),
    maybe("screenName", text(256)),
    many("displayName", text(255)),
    maybe("profileBio", TEXT),
    maybe("groupIdentifier", text(255)),
    maybe("compromisedAccount", FLAG),
    maybe("accountTemporarilyDisabled", DISABLED_FOR_A_TIME),
    maybe("accountPermanentlyDisabled", DISABLED_FOR_GOOD),
    many("ipCaptureEvent", IP_CAPTURE),
    many("deviceId", DEVICE),
    many("priorCTReport", LONG),
    maybe("additionalInfo", TEXT),
    attributes=[
        attribute(
            "type", word("Billing", "Linked", "Business", "Creator", "Parent/Guardian", "Other"), is_required=True
        )
    ],
)

_ACCOUNT = (
    maybe("espIdentifier", text(255)),
    maybe("espService", text(100)),
    maybe("compromisedAccount", FLAG),
    maybe("screenName", text(256)),
    many("displayName", text(255)),
    many("profileUrl", URL),
    maybe("profileBio", TEXT),
    many("ipCaptureEvent", IP_CAPTURE),
    many("deviceId", DEVICE),
)
_STANDING = (
    maybe("accountTemporarilyDisabled", DISABLED_FOR_A_TIME),
    maybe("accountPermanentlyDisabled", DISABLED_FOR_GOOD),
    maybe("estimatedLocation", PLACE),
    maybe("allEmailsReported", FLAG),
)
_PRIOR: Field = many("priorCTReports", LONG)
_GROUP: Field = maybe("groupIdentifier", text(255))

REPORTED: Shape = sequence(
    "personOrUserReported",
    maybe("personOrUserReportedPerson", PERSON),
    maybe("vehicleDescription", text(300)),
    *_ACCOUNT,
    maybe("thirdPartyUserReported", FLAG),
    _PRIOR,
    _GROUP,
    *_STANDING,
    many("associatedAccount", ASSOCIATED_ACCOUNT),
    maybe("additionalInfo", TEXT),
)
RECIPIENT: Shape = sequence(
    "intendedRecipient",
    maybe("intendedRecipientPerson", PERSON),
    *_ACCOUNT,
    _PRIOR,
    _GROUP,
    *_STANDING,
    many("additionalInfo", TEXT),
)
VICTIM: Shape = sequence(
    "victim",
    one("victimPerson", PERSON),
    *_ACCOUNT,
    maybe("schoolName", TEXT),
    _PRIOR,
    *_STANDING,
    many("associatedAccount", ASSOCIATED_ACCOUNT),
    maybe("additionalInfo", TEXT),
)
