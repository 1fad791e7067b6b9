"""A fake of the authority's reporting service: nothing that is sent to it is reported to anybody."""

from safelight.testing.authority.fake import FAKE_ACCOUNT, FakeAuthority, Wanted, fake_authority
from safelight.testing.authority.judging import judge_details, judge_report, judge_whole
from safelight.testing.authority.refused import Refused
from safelight.testing.authority.service.accounts import Account
from safelight.testing.authority.service.manners import Manners
from safelight.testing.authority.state.calls import Call
from safelight.testing.authority.state.report import SentFile, SentReport, State

__all__ = [
    "FAKE_ACCOUNT",
    "Account",
    "Call",
    "FakeAuthority",
    "Manners",
    "Refused",
    "SentFile",
    "SentReport",
    "State",
    "Wanted",
    "fake_authority",
    "judge_details",
    "judge_report",
    "judge_whole",
]
