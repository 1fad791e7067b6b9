"""What can go wrong between a client and the service."""

from collections.abc import Mapping
from typing import Any, Self


class Problem(Exception):
    """The service refused. `code` is stable; `retry_after_s` is set where the same request may be made again later."""

    def __init__(self, *, status: int, code: str, detail: str, retry_after_s: float | None = None) -> None:
        super().__init__(f"{detail} [{code}]")
        self.status, self.code, self.detail, self.retry_after_s = status, code, detail, retry_after_s

    @classmethod
    def read(cls, status: int, told: Any, headers: Mapping[str, str]) -> Self:
        """Read a problem answer, or whatever else came in its place, such as a proxy's page."""
        facts = told if isinstance(told, dict) else {}
        after = headers.get("retry-after", "")
        return cls(
            status=status,
            code=str(facts.get("code", "unknown")),
            detail=str(facts.get("detail", f"The answer was {status}, and not Safelight's.")),
            retry_after_s=float(after) if after.isdecimal() else None,
        )


class Unreachable(Exception):
    """The service did not answer. What was asked may have been done: ask again under the same idempotency key."""
