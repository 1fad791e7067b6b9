"""Templates: escaped by themselves, and with a fault where a template names what it was not given."""

import re
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).parent / "templates"


def open_templates(folder: Path = FOLDER) -> Environment:
    """Return the environment of the console's templates."""
    templates = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters["moment"] = moment
    templates.filters["second"] = second
    templates.filters["split_words"] = split_words
    return templates


def render(templates: Environment, name: str, facts: dict[str, object], *, fragment: str | None = None) -> str:
    """Return a template, or one of its blocks alone, with these facts. Raises `UndefinedError` where one is lacking.

    What pages are made of (`macros.html`) they are given as `ui`, so that a block that is rendered alone has it too.
    """
    facts = facts | {"ui": templates.get_template("macros.html").make_module(facts)}
    template = templates.get_template(name)
    if fragment is None or fragment not in template.blocks:
        return template.render(facts)
    return "".join(template.blocks[fragment](template.new_context(facts)))


def moment(at: datetime) -> Markup:
    """Return a moment as pages show it: to the minute, in UTC, which the page says; to the second for machines."""
    at = at.astimezone(UTC)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), f"{at:%Y-%m-%d %H:%M}")


def second(at: datetime) -> Markup:
    """Return a moment to the second, in UTC, where what happened is a matter of seconds."""
    at = at.astimezone(UTC)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), f"{at:%Y-%m-%d %H:%M:%S}")


def split_words(name: str) -> str:
    """Return the words of a name such as `incidentDateTime`: incident date time."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_-]", " ", name).lower()
