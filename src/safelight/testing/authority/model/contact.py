"""How somebody is reached: postal address, e-mail, telephone."""

from safelight.testing.authority.model.kinds import COUNTRY, FLAG, MAIL, MOMENT, STATE, fitting, text, word
from safelight.testing.authority.model.shape import attribute, maybe, sequence, told

_VERIFIED = (attribute("verified", FLAG), attribute("verificationDate", MOMENT))

ADDRESS_OF = sequence(
    "address",
    maybe("address", text(255)),
    maybe("city", text(100)),
    maybe("zipCode", text(20)),
    maybe("state", STATE),
    maybe("nonUsaState", text(100)),
    maybe("country", COUNTRY),
    attributes=[attribute("type", word("Home", "Business", "Billing", "Shipping", "Technical"))],
)
EMAIL = told("email", MAIL, attribute("type", word("Home", "Work", "Business", "Recovery")), *_VERIFIED)
PHONE = told(
    "phone",
    text(50),
    attribute("type", word("Mobile", "Home", "Business", "Work", "Fax", "Internet", "Recovery")),
    *_VERIFIED,
    attribute("countryCallingCode", fitting(r"\+[0-9]{1,3}", "a + and one to three digits", "+44")),
    attribute("extension", fitting(r"[0-9]{1,10}", "one to ten digits", "1234")),
)
