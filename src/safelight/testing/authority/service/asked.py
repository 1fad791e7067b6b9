"""A call as it was read: nothing of a file but its size and digests."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file that was read to its end."""

    md5: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form that was read: its fields, and its file, if there was one."""

    fields: dict[str, str]
    file: ReadFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a call brought: a document, or a form; `address` is whom it came from."""

    address: str = ""
    document: bytes = b""
    form: Form | None = None
