"""The style: every theme can be read, dark is dark in both ways of choosing it, and nothing moves."""

import re

import pytest

from safelight.web.console.look import Theme
from safelight.web.console.static_files import FOLDER

CSS = (FOLDER / "console.css").read_text()
_THEMES = {
    "light": re.search(r"^:root \{(.*?)\}", CSS, re.DOTALL | re.MULTILINE),
    "system dark": re.search(r':root\[data-theme="system"\] \{(.*?)\}', CSS, re.DOTALL),
    "dark": re.search(r'^:root\[data-theme="dark"\] \{(.*?)\}', CSS, re.DOTALL | re.MULTILINE),
    "low": re.search(r':root\[data-theme="low"\] \{(.*?)\}', CSS, re.DOTALL),
}
_TEXT = [
    (ink, ground)
    for ink in ("ink", "quiet", "accent", "fault", "well")
    for ground in ("ground", "paper")
] + [("on-accent", "accent"), ("fault", "fault-ground")]  # fmt: skip


def colours(theme: str) -> dict[str, str]:
    found = _THEMES[theme]
    assert found is not None
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", found[1]))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2, "relative luminance")."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", sorted(_THEMES))
def test_every_text_of_a_theme_has_the_contrast_of_level_aa(theme: str) -> None:
    held = colours(theme)
    found = {pair: contrast(held[pair[0]], held[pair[1]]) for pair in _TEXT}
    assert {pair: ratio for pair, ratio in found.items() if ratio < 4.5} == {}
    assert contrast(held["edge"], held["paper"]) >= 3  # the edges of fields (WCAG 1.4.11)


def test_dark_is_the_same_whoever_chooses_it() -> None:
    assert colours("dark") == colours("system dark")
    assert {name.partition(" ")[0] for name in _THEMES} == {theme.value for theme in Theme}


def test_low_light_is_dim() -> None:
    assert luminance(colours("low")["ink"]) < luminance(colours("dark")["ink"]) * 0.6
    assert luminance(colours("low")["ground"]) < 0.01


def test_nothing_moves_and_nothing_is_fetched() -> None:
    assert not re.search(r"animation|transition|@keyframes|url\(|@import", CSS)


def test_colours_are_named_in_one_place() -> None:
    rules = CSS[CSS.index("*, *::before") : CSS.index("@media print")]
    assert re.findall(r"#[0-9a-f]{3,8}\b", rules) == []
