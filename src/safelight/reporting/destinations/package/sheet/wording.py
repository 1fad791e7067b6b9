"""Wording: what the sheet calls things, in each of its languages, from the files in `texts`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from safelight.reporting.destinations.package.setup import Language


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one language. A text that is missing is a `KeyError`: the tests hold every one."""

    texts: Mapping[str, Mapping[str, Any]]

    def of_sheet(self, name: str, **values: object) -> str:
        """Return a text of the sheet itself, with its values put in."""
        return str(self.texts["sheet"][name]).format(**values)

    def of_field(self, record: type, name: str) -> str:
        """Return what a field of a record is called."""
        return str(self.texts[record.__name__][name])

    def of_word(self, word: StrEnum) -> str:
        """Return what a member of a closed list is called."""
        return str(self.texts["words"][type(word).__name__][word.value])

    def of_flag(self, is_so: bool) -> str:
        """Return yes or no."""
        return self.of_sheet("yes" if is_so else "no")


@cache
def wording(language: Language) -> Wording:
    """Return the texts of a language."""
    path = files("safelight.reporting.destinations.package.sheet") / "texts" / f"{language.value}.toml"
    return Wording(tomllib.loads(path.read_text(encoding="utf-8")))
