"""Every text is there in every language, with the same places to be filled; and no template holds a text of its own."""

import re
import string
from pathlib import Path

import pytest
from jinja2 import Environment

from safelight import errors
from safelight.errors import SafelightError
from safelight.web.console import rendering
from safelight.web.console.texts import FALLBACK, Texts, all_texts

_SOURCE = Path(rendering.__file__).parent
_TEMPLATES = sorted(rendering.FOLDER.glob("*.html"))
_TEXTS = all_texts()
_ENGLISH = _TEXTS[FALLBACK]
_SHOWN_ATTRIBUTES = re.compile(r"""(?:aria-label|title|alt|placeholder|value|content)=["']([^"']*)["']""")
_TECHNICAL = {"on", "width=device-width, initial-scale=1", '{"includeIndicatorCSS": false}'}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", sorted(_TEXTS))
def test_a_language_has_every_text_and_no_other(language: str) -> None:
    assert _TEXTS[language].names() == _ENGLISH.names()


@pytest.mark.parametrize("language", sorted(_TEXTS))
def test_a_text_has_the_same_places_in_every_language_and_is_not_empty(language: str) -> None:
    for key in _ENGLISH.names():
        assert places(_TEXTS[language](key)) == places(_ENGLISH(key)), key
        assert _TEXTS[language](key).strip() == _TEXTS[language](key) != ""
        assert all(name.isidentifier() for name in places(_ENGLISH(key))), key


def test_english_and_spanish_are_there() -> None:
    assert set(_TEXTS) == {"en", "es"}
    differing = sum(_TEXTS["es"](key) != _ENGLISH(key) for key in _ENGLISH.names())
    assert differing > len(_ENGLISH.names()) * 0.95


def test_a_text_is_given_with_its_places_filled_and_by_how_many() -> None:
    texts = Texts("en", {"a.b": "{name} & co", "n.one": "{count} thing", "n.other": "{count} things"})
    assert texts("a.b", name="{Ada}") == "{Ada} & co"
    assert [texts.count("n", count) for count in (0, 1, 2)] == ["0 things", "1 thing", "2 things"]
    assert "a.b" in texts
    assert "a.c" not in texts
    with pytest.raises(KeyError):
        texts("a.c")
    with pytest.raises(KeyError):
        texts("a.b", other="x")


def codes(error: type[SafelightError]) -> set[str]:
    return {error.code}.union(*map(codes, error.__subclasses__())) if error.__module__ == errors.__name__ else set()


def test_every_error_has_a_text() -> None:
    assert {f"problem.{code}" for code in codes(SafelightError)} <= _ENGLISH.names()


@pytest.mark.parametrize("template", _TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_text_of_its_own(template: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.DOTALL)
    bare = "".join(part for _, kind, part in Environment(autoescape=True).lex(source) if kind == "data")
    between = re.sub(r"<[^>]*>", " ", bare)
    assert re.findall(r"[^\W\d_]{2,}", between) == []
    shown = _SHOWN_ATTRIBUTES.findall(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", source, flags=re.DOTALL))
    assert [text for text in shown if re.search(r"[^\W\d_]", text) and text not in _TECHNICAL] == []


def test_every_text_that_is_named_is_there_and_every_text_is_named() -> None:
    sources = [path.read_text() for path in (*_TEMPLATES, *_SOURCE.rglob("*.py"))]
    named = {key for text in sources for key in re.findall(r"""(?<!\w)t(?:\.count)?\(["']([a-z_.]+)["'][,)]""", text)}
    counted = {key for text in sources for key in re.findall(r"""(?<!\w)t\.count\(["']([a-z_.]+)["']""", text)}
    named = (named - counted) | {f"{key}.{form}" for key in counted for form in ("one", "other")}
    assert named <= _ENGLISH.names()
    beginnings = {each for text in sources for each in re.findall(r"""(?<!\w)t\(["']([a-z_.]+\.)["'] ~""", text)}
    quoted = {each for text in sources for each in re.findall(r"""["']([a-z_]+\.[a-z_.]+)["']""", text)}
    done = {f"{room}.done.{name}" for room, _, name in (each.partition(".") for each in quoted)}
    left = _ENGLISH.names() - named - quoted - done
    assert {key for key in left if not key.startswith((*beginnings, "problem."))} == set()
