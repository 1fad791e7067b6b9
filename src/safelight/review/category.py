"""Categories: short words for what something may show, by which people opt out; one spelling for lists and people."""

from safelight.errors import InvalidValue

LONGEST_CATEGORY = 200
"""Characters of what somebody writes; what is kept of it is shorter."""

MOST_OPT_OUTS = 20
"""Categories that one person can be out of."""

_LONGEST_WORD = 20


def category_of(scheme: str, label: str) -> str:
    """Return the short word for a list's label, such as `ncmec:a1`; "" for none.

    What is not a letter or a digit is left out: the raw label stays with its entry.
    """
    words = [_word(scheme), _word(label)]
    return ":".join(filter(None, words)) if words[1] else ""


def spellings_of(scheme: str, label: str) -> frozenset[str]:
    """Return the categories that somebody may name to mean a list's label: with its scheme, or in whatever scheme."""
    return frozenset(filter(None, (category_of(scheme, label), _word(label))))


def read_category(text: str) -> str:
    """Return a category as it is kept: `NCMEC: A1` is `ncmec:a1`. Raises `InvalidValue` for what is none."""
    scheme, colon, label = text.partition(":")
    kept = category_of(scheme, label) if colon else _word(text)
    if not kept or len(text) > LONGEST_CATEGORY:
        raise InvalidValue(
            "Categories are short words such as `infant`, or labels of lists such as `a1` or `ncmec:a1`. Nothing was "
            "changed."
        )
    return kept


def require_few(count: int) -> None:
    """Raise `InvalidValue` for more categories than one person can be out of."""
    if count > MOST_OPT_OUTS:
        raise InvalidValue(f"One person can be out of {MOST_OPT_OUTS} categories at most. Nothing was changed.")


def _word(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())[:_LONGEST_WORD]
