"""The kinds of values that several records of the form share."""

from safelight.reporting.form.plain_kinds import Moment
from safelight.reporting.form.text_kinds import EmailText, Form, IpText, Text, Url

NAME = Text(300)
LONG = Text(20_000)
"""A text of several pages. Nobody needs more of one field on a sheet that somebody reads."""

PHONE = Form(longest=50, pattern=r"[0-9+()./ x*#-]+", says="a telephone number, in digits")
MOMENT, URL, EMAIL, IP = Moment(), Url(), EmailText(), IpText()
