"""Language and theme are what somebody chose, or else what their browser says."""

import pytest

from safelight.web.console.look import Look, Theme, preferred_language, read_look

LANGUAGES = ("en", "es")


@pytest.mark.parametrize(
    "look", [Look(), Look(language="es", theme=Theme.LOW, has_keys=False), Look(theme=Theme.DARK), Look(language="en")]
)
def test_a_look_is_read_as_it_was_written(look: Look) -> None:
    assert read_look(look.written(), LANGUAGES) == look


@pytest.mark.parametrize("text", [None, "", "es", "es.low", "es.neon.keys", "es.low.maybe", "...", "es.low.keys.more"])
def test_what_cannot_be_read_is_the_usual_look(text: str | None) -> None:
    assert read_look(text, LANGUAGES) == Look()


def test_a_language_that_is_no_more_is_the_browsers() -> None:
    assert read_look("fr.low.keys", LANGUAGES) == Look(theme=Theme.LOW)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("fr, de;q=0.9", "en"),
        ("en;q=0.5, es;q=0.9", "es"),
        ("es;q=0, en;q=0.1", "en"),
        ("ES", "es"),
        ("*", "en"),
        ("es;q=nonsense", "en"),
        (",,;;q=1", "en"),
        ("x," * 50 + "es", "en"),
    ],
)
def test_the_language_is_the_one_that_is_asked_for_most(accepted: str, language: str) -> None:
    assert preferred_language(accepted, LANGUAGES) == language
