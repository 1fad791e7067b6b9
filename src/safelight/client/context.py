"""What a platform knows of media that it sends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Told = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where media is from and which account it is about, by the platform's own ids. What is not known is left out.

    `uploaded_at` needs its zone. `viewed_before_intake` says whether a person looked at the media before it was sent:
    courts ask that, so it is never guessed.
    """

    subject_id: str = ""
    content_id: str = ""
    file_name: str = ""
    uploaded_at: datetime | None = None
    ip_address: str = ""
    port: int | None = None
    location_url: str = ""
    publicly_available: Told = "unknown"
    viewed_before_intake: Told = "unknown"
    banks: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it in the form of the API."""
        origin: dict[str, Any] = {
            "content_id": self.content_id,
            "file_name": self.file_name,
            "ip_address": self.ip_address,
            "location_url": self.location_url,
            "publicly_available": self.publicly_available,
            "viewed_before_intake": self.viewed_before_intake,
        }
        if self.uploaded_at is not None:
            origin["uploaded_at"] = self.uploaded_at.isoformat()
        if self.port is not None:
            origin["port"] = self.port
        told: dict[str, Any] = {"origin": origin}
        if self.subject_id:
            told["subject"] = {"id": self.subject_id}
        if self.banks:
            told["banks"] = list(self.banks)
        return told
