"""Names: several of them in one setting."""

from typing import Annotated

from pydantic import BeforeValidator


def _listed(given: object) -> object:
    """Let a list be written as a text too, with commas or spaces: a variable of the environment is nothing else."""
    return tuple(given.replace(",", " ").split()) if isinstance(given, str) else given


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""Several names: a list in TOML, a text with commas in the environment."""
