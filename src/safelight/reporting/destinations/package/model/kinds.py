"""The kinds of values that several records of the form share."""

from dataclasses import dataclass
from datetime import datetime

from safelight.reporting.form.plain_kinds import Moment
from safelight.reporting.form.text_kinds import EmailText, Form, IpText, Text, Url


@dataclass(frozen=True, slots=True)
class PastMoment(Moment):
    """A moment that is not ahead of now. No other clock compares it with its own, so it needs no margin."""

    def lateness_of(self, value: datetime, now: datetime) -> str | None:
        """Refuse what lies ahead."""
        return None if value <= now else "This lies ahead. Correct it, or check the clock of this machine."


NAME = Text(300)
LONG = Text(20_000)
"""A text of several pages. Nobody needs more of one field on a sheet that somebody reads."""

PHONE = Form(longest=50, pattern=r"[0-9+()./ x*#-]+", says="a telephone number, in digits")
MOMENT, URL, EMAIL, IP = PastMoment(), Url(), EmailText(), IpText()
