"""The texts of the console: a folder for each language, in it a TOML file for each room of pages.

`title` in `texts/en/jobs.toml` is the text `jobs.title`. A text may have places to be filled (`{count}`); one that
counts something has the two forms `one` and `other`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "texts"

FALLBACK = "en"
"""The language of whoever asks for none that there is."""


class Texts:
    """The texts of one language. In templates it is called `t`."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its places filled. Raises `KeyError` for a text or a value that there is not."""
        return self._texts[key].format_map(values) if values else self._texts[key]

    def count(self, key: str, count: int, **values: object) -> str:
        """Return the text that tells of so many."""
        return self(f"{key}.{'one' if count == 1 else 'other'}", count=count, **values)

    def __contains__(self, key: object) -> bool:
        """Whether there is a text of this name."""
        return key in self._texts

    def names(self) -> frozenset[str]:
        """Return the names of all texts."""
        return frozenset(self._texts)


@cache
def all_texts(folder: Path = FOLDER) -> Mapping[str, Texts]:
    """Return the texts of every language, by the language's tag."""
    return {path.name: Texts(path.name, dict(_read(path))) for path in sorted(folder.iterdir()) if path.is_dir()}


def _read(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.toml")):
        yield from _flat(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield f"{prefix}.{name}", value
        else:
            yield from _flat(f"{prefix}.{name}", value)
