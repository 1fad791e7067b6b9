"""What comes with media, as requests write it: where it is from, which account it is about, which banks to look in."""

from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from safelight.errors import InvalidValue
from safelight.intake.media import Answer, Origin, Subject
from safelight.web.answer import tell_faults
from safelight.web.api.bodies import Moment

MOST_CONTEXT_BYTES = 64 << 10

_Text = Annotated[str, Field(max_length=2000)]
_Told = Literal["yes", "no", "unknown"]
_STRICT = ConfigDict(extra="forbid", strict=True)


class TellsOrigin(BaseModel):
    """Where media came from, as the platform knows. What it does not know it leaves out: nothing is guessed."""

    model_config = _STRICT
    content_id: _Text = ""
    file_name: _Text = ""
    uploaded_at: Annotated[Moment | None, Field(strict=False)] = None
    ip_address: Annotated[str, Field(max_length=45)] = ""
    port: Annotated[int | None, Field(ge=0, le=65_535)] = None
    location_url: _Text = ""
    publicly_available: _Told = "unknown"
    viewed_before_intake: _Told = "unknown"

    @field_validator("ip_address")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if "%" in value:
            raise ValueError("an address has no name of an interface behind it")
        return str(ip_address(value)) if value else value


class TellsSubject(BaseModel):
    """The account that media is about, by the platform's own id."""

    model_config = _STRICT
    id: Annotated[str, Field(min_length=1, max_length=500)]


class Context(BaseModel):
    """What comes with media."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "example": {
                "origin": {"content_id": "post-17", "uploaded_at": "2026-11-28T10:00:00Z"},
                "subject": {"id": "account-4711"},
            }
        },
    )
    origin: TellsOrigin = TellsOrigin()
    subject: TellsSubject | None = None
    banks: Annotated[list[Annotated[str, Field(max_length=100)]], Field(min_length=1, max_length=64)] | None = None

    def as_origin(self) -> Origin:
        """Return where the media came from."""
        told = self.origin
        return Origin(
            platform_content_id=told.content_id,
            original_file_name=told.file_name,
            uploaded_at=told.uploaded_at,
            ip_address=told.ip_address,
            port=told.port,
            location_url=told.location_url,
            publicly_available=Answer(told.publicly_available),
            viewed_before_intake=Answer(told.viewed_before_intake),
        )

    def as_subject(self) -> Subject | None:
        """Return whom the media is about."""
        return Subject(id=self.subject.id) if self.subject is not None else None


_CONTEXT = TypeAdapter(Context)
NOTHING_TOLD = Context()


def read_context(text: bytes | str) -> Context:
    """Return what comes with media. Raises `InvalidValue` with what is wrong, and where, but not with it."""
    if len(text) > MOST_CONTEXT_BYTES:
        raise InvalidValue(f"What comes with media has {MOST_CONTEXT_BYTES} bytes at most. Nothing was done.")
    try:
        return _CONTEXT.validate_json(text)
    except ValidationError as error:
        raise InvalidValue(tell_faults(error)) from None
