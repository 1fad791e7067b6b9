"""Answers in JSON, and request bodies read within bounds."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from safelight.errors import InvalidValue

_Model = TypeVar("_Model")
_MOST_FAULTS = 10


class BodyTooLarge(Exception):
    """More came than a request of this kind may bring."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"The body of this request may have {most_bytes} bytes at most. Nothing was done.")


def answer_json(told: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer in JSON."""
    return Response(to_json(told), status, media_type="application/json", headers=dict(headers) if headers else None)


async def read_body(request: Request, most_bytes: int) -> bytes:
    """Return the body of a small request. Raises `BodyTooLarge` as soon as it is."""
    parts, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most_bytes:
            raise BodyTooLarge(most_bytes)
        parts.append(chunk)
    return b"".join(parts)


async def read_model(request: Request, model: TypeAdapter[_Model], most_bytes: int) -> _Model:
    """Return the body of a request as a model. Raises `InvalidValue` with what is wrong, and where, but not with it."""
    try:
        return model.validate_json(await read_body(request, most_bytes))
    except ValidationError as error:
        raise InvalidValue(tell_faults(error)) from None


def tell_faults(error: ValidationError) -> str:
    """Say what is wrong with a body, and where; the values themselves are left out."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    told = [f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in faults[:_MOST_FAULTS]]
    more = f" (and {len(faults) - _MOST_FAULTS} more)" if len(faults) > _MOST_FAULTS else ""
    return f"The request is not of the right form, and nothing was done. {'; '.join(told)}{more}."
