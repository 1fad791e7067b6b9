"""What an operator sets about reports to authorities. Where they go is set up by commands, for it is sealed."""

from pydantic import BaseModel, Field

_WORD = r"^([A-Za-z0-9][A-Za-z0-9._-]{0,49})?$"
"""What a line of the routing table can be for, or nothing."""


class ReportSettings(BaseModel):
    """The part of the settings that is about reporting."""

    live_reporting: bool = Field(
        default=False, description="Whether reports that count are sent; test destinations work without it."
    )
    report_approval_by_another: bool = Field(
        default=True, description="Whether a report is approved by another person than who completed it."
    )
    report_jurisdiction: str = Field(
        default="", pattern=_WORD, description="Whose law the service answers to, where a case does not say otherwise."
    )
    report_service: str = Field(
        default="", pattern=_WORD, description="Which service cases are of, where a case does not say otherwise."
    )
