"""Media that a scan names instead of bringing it: by a URL, or by a reference to an object store."""

from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, model_validator
from starlette.requests import Request

from safelight.app.service import Service
from safelight.flow.scans.arrivals import Referred
from safelight.intake.reference import Reference, ReferenceKind
from safelight.intake.request import IdempotencyKey
from safelight.web.answer import read_model
from safelight.web.api.context import MOST_CONTEXT_BYTES, Context

_LONGEST_URL = 2048
_LONGEST_REFERENCE = 1100


class NamedMedia(Context):
    """Where media lies, and what the platform knows of it."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "example": {
                "url": "https://media.example.com/17.jpg",
                "origin": {"content_id": "post-17"},
                "subject": {"id": "account-4711"},
            }
        },
    )
    url: Annotated[str, Field(min_length=1, max_length=_LONGEST_URL)] | None = None
    object: Annotated[str, Field(min_length=1, max_length=_LONGEST_REFERENCE)] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "NamedMedia":
        if (self.url is None) == (self.object is None):
            raise ValueError("name exactly one of `url` and `object`")
        return self

    @property
    def reference(self) -> Reference:
        """What names the media."""
        if self.url is not None:
            return Reference(kind=ReferenceKind.URL, address=self.url)
        return Reference(kind=ReferenceKind.OBJECT, address=self.object or "")

    def referred(self, service: Service, key: IdempotencyKey | None) -> Referred:
        """Return the media, to be fetched. Raises `OutboundRefused` where nothing of its kind is fetched."""
        media = service.refer(self.reference)
        return Referred(
            reference=self.reference, media=media, origin=self.as_origin(), subject=self.as_subject(), key=key
        )


_NAMED_MEDIA = TypeAdapter(NamedMedia)


def names_media(request: Request) -> bool:
    """Whether the body of a scan names media: it is JSON. Media that is itself JSON is sent as `octet-stream`."""
    kind = request.headers.get("content-type", "").partition(";")[0]
    return kind.strip().lower() == "application/json"


async def read_named_media(request: Request) -> NamedMedia:
    """Return what a body names. Raises `InvalidValue` with what is wrong, and where, but not with it."""
    return await read_model(request, _NAMED_MEDIA, MOST_CONTEXT_BYTES)
