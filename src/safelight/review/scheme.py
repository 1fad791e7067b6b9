"""Schemes: the vocabularies that classifications are taken from. Each is a file of data beside this one.

No scheme is translated into another: they do not map one to one. What is decided keeps scheme and label as they are.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from safelight.errors import InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One vocabulary: its labels, as its authority writes them, and what each means. `source` says where it is from."""

    name: str
    title: str
    source: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """A label with the scheme that it belongs to."""

    scheme: str
    label: str


@cache
def known_schemes() -> Mapping[str, Scheme]:
    """Return every scheme by its name."""
    folder = files("safelight.review") / "schemes"
    texts = [each.read_text(encoding="utf-8") for each in folder.iterdir() if each.name.endswith(".toml")]
    read = [_scheme(tomllib.loads(text)) for text in texts]
    return MappingProxyType({scheme.name: scheme for scheme in sorted(read, key=lambda scheme: scheme.name)})


def _scheme(told: Mapping[str, object]) -> Scheme:
    labels = told["labels"]
    if not isinstance(labels, dict):  # pragma: no cover - the files are ours, and tested
        raise TypeError("the labels of a scheme are a table")
    return Scheme(
        name=str(told["name"]),
        title=str(told["title"]),
        source=str(told["source"]),
        labels=MappingProxyType({str(label): str(meaning) for label, meaning in labels.items()}),
    )


def check_classification(classification: Classification) -> None:
    """Raise `InvalidValue` for a scheme that is not known, or a label that it does not have."""
    scheme = known_schemes().get(classification.scheme)
    if scheme is None:
        raise InvalidValue(
            f"There is no scheme {classification.scheme[:40]!r}. There are: {', '.join(known_schemes())}."
        )
    if classification.label not in scheme.labels:
        raise InvalidValue(
            f"The scheme {scheme.name} has no label {classification.label[:40]!r}. It has: {', '.join(scheme.labels)}."
        )
