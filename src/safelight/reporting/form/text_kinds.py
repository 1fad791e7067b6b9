"""Kinds of text. Lengths are counted in UTF-16 units: a reader that counts characters finds at most as many."""

import re
from dataclasses import dataclass
from ipaddress import ip_address

_UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no `Char` of XML 1.0, section 2.2: no escape can bring it in."""

_SPACE_OR_CONTROL = re.compile(r"[\s\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]")
LONGEST_URL = 2083


def unwritable(text: str) -> str | None:
    """Return why XML cannot hold a text; None if it can."""
    if _UNWRITABLE.search(text) is None:
        return None
    return "This holds a character that XML cannot hold (a control character or half of a pair). Take it out."


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is not blank, of at most `longest` UTF-16 units where the authority has a limit."""

    longest: int | None = None
    types: tuple[type, ...] = (str,)

    def refusal_of(self, value: str) -> str | None:
        """Refuse blank text, text that is too long, and what XML cannot hold."""
        if (why := unwritable(value)) is not None:
            return why
        if not value.strip():
            return "This is blank. Fill it in, or leave the field out."
        if self.longest is not None and len(value.encode("utf-16-le")) // 2 > self.longest:
            return f"This is longer than the {self.longest} characters that the authority takes. Shorten it."
        return None

    def write(self, value: str) -> str:
        """Give the text as it is; the writer escapes it."""
        return value

    def read(self, text: str) -> str:
        """Take the text as it is."""
        return text


@dataclass(frozen=True, slots=True)
class Form(Text):
    """A text of one form, which `says` describes: a code, a number, an identifier."""

    pattern: str = ""
    says: str = ""

    def refusal_of(self, value: str) -> str | None:
        """Refuse all that is not of the form."""
        if (why := Text.refusal_of(self, value)) is not None:
            return why
        return None if re.fullmatch(self.pattern, value) else f"This is not {self.says}. Correct it, or leave it out."


@dataclass(frozen=True, slots=True)
class Code(Text):
    """One code of a closed list that is too long to be an enum."""

    codes: frozenset[str] = frozenset()
    says: str = ""

    def refusal_of(self, value: str) -> str | None:
        """Refuse what is not on the list."""
        return None if value in self.codes else f"This is not {self.says}. Correct it, or leave it out."


@dataclass(frozen=True, slots=True)
class Url(Text):
    """A URL as it was seen. The authority refuses white space and control characters in it."""

    longest: int | None = LONGEST_URL

    def refusal_of(self, value: str) -> str | None:
        """Refuse white space, control characters, and what is too long."""
        if (why := Text.refusal_of(self, value)) is not None:
            return why
        if _SPACE_OR_CONTROL.search(value):
            return "A URL holds no white space and no control character. Write each as %XX."
        return None


@dataclass(frozen=True, slots=True)
class EmailText(Text):
    """An e-mail address: at most 255 characters, at most 64 of them before the @."""

    longest: int | None = 255

    def refusal_of(self, value: str) -> str | None:
        """Refuse what is no address, or too long a one."""
        if (why := Text.refusal_of(self, value)) is not None:
            return why
        local, at, domain = value.rpartition("@")
        if not (local and at and domain) or _SPACE_OR_CONTROL.search(value):
            return "This is no e-mail address: it has the form name@host, without white space. Correct it."
        if len(local.encode("utf-16-le")) // 2 > 64:
            return "The part before the @ is longer than the 64 characters that the authority takes. Correct it."
        return None


@dataclass(frozen=True, slots=True)
class IpText(Text):
    """An IPv4 or IPv6 address."""

    def refusal_of(self, value: str) -> str | None:
        """Refuse what is no address; a port has a field of its own, and a zone means nothing elsewhere."""
        try:
            ip_address(value)
        except ValueError:
            return "This is no IPv4 or IPv6 address. Write it without a port or a mask."
        return "An address with a zone means nothing elsewhere. Leave the zone out." if "%" in value else None
