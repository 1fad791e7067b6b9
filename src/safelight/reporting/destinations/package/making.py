"""Making one package: what opened it, the files that came into it, what was said of each, and its end."""

import hashlib
import weakref
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from safelight.errors import KeysUnusable
from safelight.keys.interface import KeyService
from safelight.reporting.destinations.package.bundle import Bundle, digest_lines
from safelight.reporting.destinations.package.readme import readme_text
from safelight.reporting.destinations.package.setup import PackageSetup
from safelight.reporting.destinations.package.sheet.plain import plain_sheet
from safelight.reporting.destinations.package.sheet.writing import write_sheet
from safelight.reporting.destinations.package.telling import (
    Description,
    Opening,
    Packed,
    report_json,
    sheet_file,
)
from safelight.sandbox.content import Content
from safelight.vault.age_file import Recipient
from safelight.vault.hand_over import public_key_pem

PIECE_BYTES = 1 << 20


class Making:
    """One package that is being made. Every method raises `FolderFault` where the disk does not take it."""

    def __init__(
        self, name: str, file: BinaryIO, opening: Opening, recipients: list[Recipient], *, made_at: datetime
    ) -> None:
        self.name, self.file, self.opening = name, file, opening
        self._recipients, self._made_at = recipients, made_at
        self._bundle = Bundle(file, f"safelight-report-{name}", made_at=made_at)
        self._packed: dict[str, Packed] = {}
        self._described: dict[str, Description] = {}
        self._closing = weakref.finalize(self, _close, file)  # also where it is only forgotten, with its destination

    def begin(self, *, is_test: bool) -> None:
        """Write what stands before everything else: how it is opened."""
        self._bundle.add("README.txt", readme_text(self.name, self._made_at, is_test=is_test))

    def pack(self, evidence_id: str, content: Content) -> Packed | None:
        """Encrypt a file into the package as it streams; None where it cannot come now, and nothing is left of it.

        The one that came last may come once more, as long as nothing was said of it. What reading it raises is raised.
        """
        before = self._packed.get(evidence_id)
        if before is not None:
            if evidence_id in self._described or not self._bundle.drop_last(f"{before.part}.age"):
                return None
            del self._packed[evidence_id]
        part, reading = f"files/{len(self._packed) + 1:04}", _Reading(content)
        self._bundle.add_encrypted(f"{part}.age", reading.pieces(), self._recipients)
        if reading.size_bytes != content.size_bytes:
            self._bundle.drop_last(f"{part}.age")
            return None
        packed = Packed(evidence_id=evidence_id, part=part, size_bytes=reading.size_bytes, **reading.digests())
        self._packed[evidence_id] = packed
        return packed

    def describe(self, description: Description) -> bool:
        """Keep what is said of a file; say whether there is such a file in it."""
        packed = self._packed.get(description.evidence_id)
        if packed is None or packed.part != description.file_id:
            return False
        self._described[description.evidence_id] = description
        return True

    @property
    def is_whole(self) -> bool:
        """Whether every file that it was opened with is in it, and described."""
        return (
            self._described.keys() == set(self.opening.evidence_ids) and self._packed.keys() == self._described.keys()
        )

    def complete(self, setup: PackageSetup, keys: KeyService) -> bytes:
        """Write the report itself, the digests and their signature, and return both. Raises `KeysUnusable`."""
        documents = self._documents(setup)
        contents = {each.part: each.sha256 for each in self._in_order()}
        contents |= {name: hashlib.sha256(data).hexdigest() for name, data in documents.items()}
        listed = digest_lines(contents)
        public_key, signature = _signed(keys, listed)
        for name, data in {**documents, "contents.txt": listed, "contents.txt.sig": signature}.items():
            self._bundle.add_encrypted(f"{name}.age", [data], self._recipients)
        self._bundle.add("public-key.pem", public_key_pem(public_key))
        hashes = self._bundle.digests
        signing_key, signature = _signed(keys, hashes)
        if signing_key != public_key:
            raise KeysUnusable("The signing key was changed at this moment.")
        self._bundle.add("hashes.txt", hashes)
        self._bundle.add("hashes.txt.sig", signature)
        self._bundle.close()
        return hashes + signature.hex().encode() + b"\n"

    def close(self) -> None:
        """Let go of the file, and with it of the lock on it."""
        self._closing()

    def _in_order(self) -> list[Packed]:
        return [self._packed[each] for each in self.opening.evidence_ids]

    def _documents(self, setup: PackageSetup) -> Mapping[str, bytes]:
        # reportlab takes a fifth of a second to come in: those who make packages wait for it, and nobody else.
        from safelight.reporting.destinations.package.sheet.printing import print_sheet  # noqa: PLC0415 - see above

        files = tuple(sheet_file(each, self._described[each.evidence_id]) for each in self._in_order())
        sheet = write_sheet(setup, self.opening.mark, self.opening.report, files)
        return {
            "sheet.pdf": print_sheet(sheet),
            "sheet.txt": plain_sheet(sheet),
            "report.json": report_json(setup, self.name, self.opening, files),
        }


class _Reading:
    """Content as it is read once, with its digests."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._digests = {name: hashlib.new(name, usedforsecurity=False) for name in ("md5", "sha1", "sha256")}
        self.size_bytes = 0

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes, a piece at a time; they end early where the content does."""
        while self.size_bytes < self._content.size_bytes:
            piece = self._content.read(self.size_bytes, PIECE_BYTES)
            if not piece:
                return
            for digest in self._digests.values():
                digest.update(piece)
            self.size_bytes += len(piece)
            yield piece

    def digests(self) -> dict[str, str]:
        """Return the digests of what was read, in hexadecimal."""
        return {name: digest.hexdigest() for name, digest in self._digests.items()}


def _close(file: BinaryIO) -> None:
    with suppress(OSError):  # bytes that a full disk does not take; the part is removed, or it was never whole
        file.close()


def _signed(keys: KeyService, message: bytes) -> tuple[bytes, bytes]:
    """Return the public key that signs now, and its signature. Raises `KeysUnusable`, also where they do not agree."""
    public_key, signature = keys.describe().public_keys[0], keys.sign(message)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        raise KeysUnusable("The signing key was changed at this moment.") from None
    return public_key, signature
