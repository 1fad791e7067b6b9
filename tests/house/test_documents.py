"""Every setting, error code, exit status and reason is explained in the reference, and nothing else is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from safelight import errors
from safelight.cli import exit_status
from safelight.errors import SafelightError
from safelight.hashing.signal import Reason
from safelight.settings import Settings

_REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def _headings(page: str) -> set[str]:
    """List the names that have a heading of their own: `### `name``."""
    return set(re.findall(r"^### `([^`]+)`", (_REFERENCE / page).read_text(), flags=re.MULTILINE))


def _tree(error: type[SafelightError]) -> Iterator[type[SafelightError]]:
    yield error
    for child in error.__subclasses__():
        if child.__module__.startswith("safelight"):  # a test's own error is no part of the tree
            yield from _tree(child)


def _fields(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _fields(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_every_setting_has_a_heading_and_every_heading_is_a_setting() -> None:
    assert _headings("settings.md") == set(_fields(Settings))


def test_every_error_code_has_a_heading_and_every_heading_is_an_error_code() -> None:
    assert _headings("errors.md") == {error.code for error in _tree(SafelightError)}


def test_no_two_errors_share_a_code() -> None:
    codes = [error.code for error in _tree(SafelightError)]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("error", list(_tree(SafelightError)), ids=lambda error: error.__name__)
def test_every_error_lives_in_one_file_and_is_drawn_in_its_tree(error: type[SafelightError]) -> None:
    assert error.__module__ == errors.__name__
    assert re.search(rf"\b{error.__name__}\b", errors.__doc__ or "")


def test_every_reason_for_no_signal_has_a_heading_and_every_heading_is_a_reason() -> None:
    assert _headings("reasons.md") == set(Reason)


def test_every_default_is_told_under_its_settings_heading() -> None:
    sections = re.split(r"^### ", (_REFERENCE / "settings.md").read_text(), flags=re.MULTILINE)[1:]
    told = {section.split("`")[1]: section for section in sections}
    for name, field in Settings.model_fields.items():
        if not field.is_required():
            assert f"Default: `{json.dumps(field.default)}`" in told[name], name


def test_every_exit_status_is_in_the_table() -> None:
    page = (_REFERENCE.parent / "how-to" / "exit-statuses.md").read_text()
    rows = dict(re.findall(r"^\| (\d+) \| (.*) \|$", page, flags=re.MULTILINE))
    for error in _tree(SafelightError):
        assert f"`{error.code}`" in rows[str(exit_status.of_error(error()))], error.code
    assert {"0", "1", "2", "3", "130"} <= set(rows)


def test_every_link_between_pages_leads_somewhere() -> None:
    root = _REFERENCE.parents[1]
    for page in [*root.glob("*.md"), *root.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!\w+://|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.relative_to(root)} links to {target}"
