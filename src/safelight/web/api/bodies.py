"""Bodies in JSON, read strictly."""

from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request

from safelight.errors import InvalidValue
from safelight.web.answer import read_body, tell_faults

MOST_BYTES = 64 << 10

REASON_HEADER = "safelight-reason"
_LONGEST_REASON = 1000

REASON: dict[str, Any] = {
    "name": "Safelight-Reason",
    "in": "header",
    "schema": {"type": "string", "maxLength": _LONGEST_REASON},
    "description": "Why; kept in the audit log.",
}
"""The reason of what takes no body."""

STRICT = ConfigDict(extra="forbid", strict=True)

Reason = Annotated[str, Field(max_length=_LONGEST_REASON)]
GivenReason = Annotated[str, Field(min_length=1, max_length=_LONGEST_REASON)]


_Model = TypeVar("_Model", bound=BaseModel)


def _in_utc(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError("a time needs its zone, such as 2027-01-31T00:00:00Z")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("a time is between the years 1 and 9999") from None


Moment = Annotated[datetime, AfterValidator(_in_utc)]
"""A moment that was told with its zone, in UTC."""


class Why(BaseModel):
    """Why something is done; kept in the audit log."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"reason": "the list was corrected"}}
    )
    reason: Reason = ""


class GivenWhy(BaseModel):
    """Why something is done, which has to be said; kept in the audit log."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"reason": "looked at by two people"}}
    )
    reason: GivenReason


async def read(request: Request, model: type[_Model], most_bytes: int = MOST_BYTES) -> _Model:
    """Return a body as a model; no body is as good as an empty object.

    Raises `InvalidValue` with what is wrong, and where, but not with it; `BodyTooLarge`.
    """
    try:
        return TypeAdapter(model).validate_json(await read_body(request, most_bytes) or b"{}")
    except ValidationError as error:
        raise InvalidValue(tell_faults(error)) from None


def read_reason(request: Request) -> str:
    """Return why something is done that takes no body. Raises `InvalidValue` for a reason that is too long."""
    reason = request.headers.get(REASON_HEADER, "")
    if len(reason) > _LONGEST_REASON:
        raise InvalidValue(f"A reason has {_LONGEST_REASON} characters at most. Nothing was done.")
    return reason
