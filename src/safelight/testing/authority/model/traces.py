"""What an account leaves: addresses and devices it was used from, where it is thought to be, when it was disabled."""

from dataclasses import replace

from safelight.testing.authority.model.kinds import ADDRESS, COUNTRY, EVENT, FLAG, MOMENT, PORT, TEXT, text
from safelight.testing.authority.model.shape import attribute, maybe, one, sequence, told

IP_CAPTURE = sequence(
    "ipCaptureEvent",
    one("ipAddress", ADDRESS),
    maybe("eventName", EVENT),
    maybe("dateTime", MOMENT),
    maybe("possibleProxy", FLAG),
    maybe("port", PORT),
)
DEVICE = sequence(
    "deviceId",
    one("idType", text(255)),
    one("idValue", text(2083)),
    maybe("eventName", EVENT),
    maybe("dateTime", MOMENT),
)
PLACE = sequence(
    "estimatedLocation",
    maybe("city", TEXT),
    maybe("region", TEXT),
    maybe("countryCode", COUNTRY),
    attributes=[attribute("verified", FLAG), attribute("timestamp", MOMENT)],
)
_LATER = replace(MOMENT, sample="2026-01-03T00:00:00Z")
_TOLD = (attribute("disabledDate", MOMENT), attribute("userNotified", FLAG), attribute("userNotifiedDate", MOMENT))
DISABLED_FOR_A_TIME = told("temporarilyDisabled", FLAG, *_TOLD, attribute("reenabledDate", _LATER))
DISABLED_FOR_GOOD = told("permanentlyDisabled", FLAG, *_TOLD)
