"""Forms: what a page sent, read within bounds, and what was wrong with it, beside the field that it was wrong with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

from starlette.requests import Request

from safelight.errors import InvalidValue, SafelightError
from safelight.web.answer import read_body

MEDIA_TYPE = "application/x-www-form-urlencoded"

_MOST_BYTES = 256 << 10  # the answer of a passkey has 64 KiB at most, each byte perhaps written as three
_MOST_FIELDS = 200
_MOST_LONG_BYTES = 2 << 20  # what a whole report says, without its files
_MOST_LONG_FIELDS = 5000
_ONCE = re.compile("[0-9a-f]{32}")
_MOST_DIGITS = 18  # a database counts to 2**63 and no further


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields of a form by their names, and the faults of those that have one; "" is a fault of the whole form."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    faults: Mapping[str, SafelightError] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return what stands in a field, "" where nothing does."""
        return self.values.get(name, ("",))[0]

    def texts(self, name: str) -> tuple[str, ...]:
        """Return all that was chosen under a name."""
        return self.values.get(name, ())

    def numbers(self, name: str) -> list[int]:
        """Return the numbers that were chosen under a name. Raises `InvalidValue` for what no number of ours can be."""
        given = self.texts(name)
        if not all(each.isascii() and each.isdecimal() and len(each) <= _MOST_DIGITS for each in given):
            raise InvalidValue("The form does not offer that. Load the page again. Nothing was done.")
        return [int(each) for each in given]

    def once(self) -> str | None:
        """Return the name under which a form asks: asked again under it, it gets what was made at first. None for none.

        Raises `InvalidValue` for what is no name of ours.
        """
        given = self.text("once")
        if given and not _ONCE.fullmatch(given):
            raise InvalidValue("The form does not offer that. Load the page again. Nothing was done.")
        return given or None

    def with_fault(self, name: str, error: SafelightError) -> "Form":
        """Return the form with what is wrong with one of its fields."""
        return replace(self, faults={**self.faults, name: error})


EMPTY = Form()


async def read_form(request: Request, *, is_long: bool = False) -> Form:
    """Return the form that a request brings. Raises `InvalidValue` for any other body, `BodyTooLarge`.

    No files: what is uploaded goes into the sealed spool, never through here. `is_long`: it is that of a whole report.
    """
    body = await read_body(request, _MOST_LONG_BYTES if is_long else _MOST_BYTES)
    most = _MOST_LONG_FIELDS if is_long else _MOST_FIELDS
    if body and request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise InvalidValue(f"A form comes as {MEDIA_TYPE}. Nothing was done.")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=most, errors="strict")
    except ValueError:
        raise InvalidValue("The form cannot be read. Nothing was done. Load the page again.") from None
    values: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        values[name] = (*values.get(name, ()), value.replace("\r\n", "\n"))
    return Form(values=values)
