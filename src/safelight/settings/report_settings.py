"""What an operator sets about reports to authorities. Where they go is set up by commands, for it is sealed."""

from pydantic import BaseModel, Field


class ReportSettings(BaseModel):
    """The part of the settings that is about reporting."""

    live_reporting: bool = Field(
        default=False, description="Whether reports that count are sent; test destinations work without it."
    )
    report_approval_by_another: bool = Field(
        default=True, description="Whether a report is approved by another person than who completed it."
    )
    report_jurisdiction: str = Field(
        default="", max_length=50, description="Whose law the service answers to, where a case does not say otherwise."
    )
    report_service: str = Field(
        default="", max_length=50, description="Which service cases are of, where a case does not say otherwise."
    )
