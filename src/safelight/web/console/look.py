"""How the console looks to somebody: language, theme, and whether single keys do anything. Kept in a cookie."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from safelight.web.console.texts import FALLBACK

_LANGUAGE = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]{1,40})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")
_MOST_ASKED = 20


class Theme(StrEnum):
    """The colours of pages. `SYSTEM` is light or dark, as the device says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What somebody chose. Without a `language` the browser's is taken."""

    language: str | None = None
    theme: Theme = Theme.SYSTEM
    has_keys: bool = True

    def written(self) -> str:
        """Return it as the cookie holds it."""
        return f"{self.language or 'auto'}.{self.theme.value}.{'keys' if self.has_keys else 'plain'}"


def read_look(text: str | None, languages: Collection[str]) -> Look:
    """Return what a cookie holds; the usual look where it holds nothing that can be read."""
    language, _, rest = (text or "").partition(".")
    theme, _, keys = rest.partition(".")
    if theme not in set(Theme) or keys not in {"keys", "plain"}:
        return Look()
    return Look(
        language=language if language in languages else None,
        theme=Theme(theme),
        has_keys=keys == "keys",
    )


def preferred_language(accepted: str, languages: Collection[str]) -> str:
    """Return the language that an `Accept-Language` header asks for most, of those that there are (RFC 9110, 12.5.4).

    Regions are left aside: who asks for `es-MX` reads `es`.
    """
    asked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")[:_MOST_ASKED]):
        found = _LANGUAGE.fullmatch(part)
        if found and found[1].lower() in languages and float(found[2] or 1) > 0:
            asked.append((-float(found[2] or 1), place, found[1].lower()))
    return min(asked)[2] if asked else FALLBACK
