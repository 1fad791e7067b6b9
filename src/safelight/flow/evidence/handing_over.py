"""Handing evidence over: the bytes, what is known about them and who had them, in one file for one recipient's eyes.

The audit log says what is handed to whom before the first byte leaves the vault, and what the finished file is before
it gets its name. An entry `hand_over_evidence` without a `finish_hand_over` of the same bundle is one that was broken
off: no whole file of it was ever named.
"""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from safelight.audit import log
from safelight.audit.heading import note_keys
from safelight.audit.proving import prove_entries
from safelight.boundary import Reach, unwatched
from safelight.database.transaction import Tx, read, write
from safelight.errors import EvidenceDamaged, NotFound
from safelight.flow.audit_keeping import sign_head_now
from safelight.flow.evidence.hand_over_boundary import HandOverBoundary
from safelight.flow.installation import Installation
from safelight.flow.keys.desk import told_of
from safelight.roles import Actor, Permission, require_permission
from safelight.vault import hand_over as form
from safelight.vault.age_file import Written, parse_recipients, require_free, write_age_file
from safelight.vault.grant import Grant
from safelight.vault.hand_over import HandedEvidence, HandOver
from safelight.vault.manifest import Manifest
from safelight.vault.purpose import Purpose
from safelight.vault.queries import evidence_target, find_evidence
from safelight.vault.tar_stream import Member, member, tar_pieces
from safelight.vault.vault import Vault

_TOLD_OF_AN_ID = 12
"""Characters of the id that the folder in the bundle is named by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A finished bundle: its id, and the size and SHA-256 of the encrypted file."""

    bundle_id: str
    size_bytes: int
    sha256: bytes


def hand_over(
    source: Installation, actor: Actor, asked: HandOver, path: Path, *, reach: Reach = unwatched
) -> HandedOver:
    """Write a new file with evidence that only the recipients can open, and record it in each evidence's custody.

    Nothing is ever on disk in the clear, and the file gets its name when it is whole and every byte was found to be
    what was sealed. Raises `NotAllowed`, `InvalidValue`, `NotFound` also for evidence that was destroyed,
    `AlreadyExists`, `OutputFailed`, `EvidenceDamaged`, and those of keys, store, clock and database: then there is
    no file.
    """
    require_permission(actor, Permission.EVIDENCE_HAND_OVER)
    form.check_hand_over(asked)
    recipients = parse_recipients(asked.recipients)
    require_free(path)
    bundle = _Bundle(source, actor, asked, reach)
    bundle.begin()
    with closing(tar_pieces(bundle.members(), made_at=bundle.begun_at)) as pieces:
        written = write_age_file(path, pieces, recipients, before_naming=bundle.finish)
    reach(HandOverBoundary.NAMED)
    return HandedOver(bundle_id=bundle.id, size_bytes=written.size_bytes, sha256=written.sha256)


class _Bundle:
    """One bundle that is being made: its members, and the digest of each that has gone out."""

    def __init__(self, source: Installation, actor: Actor, asked: HandOver, reach: Reach) -> None:
        self.id = uuid.uuid4().hex
        self.begun_at = source.clock.now()
        self._source = source
        self._vault = Vault(blobs=source.blobs, keys=source.keys, clock=source.clock)
        self._actor, self._asked, self._reach = actor, asked, reach
        self._top = f"hand-over-{self.id[:_TOLD_OF_AN_ID]}"
        self._hashes: list[str] = []
        self._handed: list[HandedEvidence] = []
        self._head = ""

    def begin(self) -> None:
        """Write into every evidence's custody that it is handed over, in one transaction."""
        with write(self._source.engine) as tx:
            for evidence_id in self._asked.evidence_ids:
                if find_evidence(tx, evidence_id).destroyed_at is not None:
                    raise NotFound(
                        f"Evidence {evidence_id} was destroyed: nobody can read it. Nothing was handed over."
                    )
                self._note(tx, evidence_id, "hand_over_evidence", **told_of(self._asked.recipients))
        self._reach(HandOverBoundary.BEGUN)

    def finish(self, written: Written) -> None:
        """Write into every evidence's custody what the file is that it was handed over in."""
        self._reach(HandOverBoundary.WHOLE)
        with write(self._source.engine) as tx:
            for evidence_id in self._asked.evidence_ids:
                details: dict[str, int | str] = {"size_bytes": written.size_bytes, "sha256": written.sha256.hex()}
                self._note(tx, evidence_id, "finish_hand_over", **details)
        self._reach(HandOverBoundary.RECORDED)

    def members(self) -> Iterator[Member]:
        """Give the files of the bundle. The list of hashes comes last: it tells of what went out."""
        public_key = self._source.keys.describe().public_keys[0]
        verifier = (files("safelight.audit") / "verifier.py").read_bytes()
        yield self._file("README.txt", form.readme_text(self.id))
        yield self._file("verify.py", verifier)
        yield self._file("public-key.pem", form.public_key_pem(public_key))
        for evidence_id in self._asked.evidence_ids:
            yield from self._evidence(evidence_id)
        with read(self._source.engine) as tx:
            keys = note_keys(tx, self._source.keys.describe().public_keys)
        yield self._file("vkey.txt", "".join(f"{key}\n" for key in keys).encode())
        yield self._file("head.txt", self._head.encode())
        yield self._file("certificate.json", self._certificate(keys[0].name))
        hashes = "".join(self._hashes).encode()
        yield member(f"{self._top}/hashes.txt", hashes)
        yield member(f"{self._top}/hashes.txt.sig", self._source.keys.sign(hashes))

    def _evidence(self, evidence_id: str) -> Iterator[Member]:
        engine, folder = self._source.engine, f"evidence/{evidence_id}"
        with write(engine) as tx:
            sealed_at = find_evidence(tx, evidence_id).sealed_at
            grant = self._vault.open(tx, self._actor, evidence_id, Purpose.HAND_OVER, self._asked.told)
        self._reach(HandOverBoundary.OPENED)
        manifest = self._vault.manifest(engine, grant)
        yield self._file(f"{folder}/manifest.json", form.manifest_text(manifest))
        yield self._file(f"{folder}/custody.jsonl", self._custody(evidence_id))
        self._reach(HandOverBoundary.PROVED)
        yield self._original(f"{folder}/original", grant, manifest, sealed_at)
        self._reach(HandOverBoundary.READ)

    def _custody(self, evidence_id: str) -> bytes:
        """Return everything that was done with evidence, this hand-over included, proved to be in the log."""
        source = self._source
        self._head = sign_head_now(source.engine, source.clock, source.keys, self._actor)
        with read(source.engine) as tx:
            proofs = prove_entries(tx, source.keys, source.clock, target=evidence_target(evidence_id))
        return form.custody_lines(proofs)

    def _original(self, name: str, grant: Grant, manifest: Manifest, sealed_at: datetime) -> Member:
        size_bytes = manifest.size_bytes
        handed = HandedEvidence(
            id=grant.evidence_id, sealed_at=sealed_at, size_bytes=size_bytes, sha256=manifest.sha256
        )
        self._handed.append(handed)
        self._hashes.append(f"{manifest.sha256}  {name}\n")
        return Member(name=f"{self._top}/{name}", size_bytes=size_bytes, pieces=self._checked(grant, manifest))

    def _checked(self, grant: Grant, manifest: Manifest) -> Iterator[bytes | memoryview]:
        """Give the bytes, and raise `EvidenceDamaged` after the last one unless they are what the manifest tells."""
        names = ("md5", "sha1", "sha256")
        digests = [hashlib.new(name, usedforsecurity=False) for name in names]
        with self._vault.read(self._source.engine, grant) as reader:
            for piece in reader.pieces():
                for digest in digests:
                    digest.update(piece)
                yield piece
        if [digest.hexdigest() for digest in digests] != [manifest.md5, manifest.sha1, manifest.sha256]:
            raise EvidenceDamaged(
                f"The bytes of evidence {grant.evidence_id} are not those that its manifest tells. Nothing was handed "
                "over. Run `safelight evidence fsck`."
            )

    def _certificate(self, origin: str) -> bytes:
        return form.certificate_text(
            self._asked,
            bundle_id=self.id,
            origin=origin,
            actor=self._actor,
            at=self._source.clock.now(),
            evidence=self._handed,
        )

    def _file(self, name: str, data: bytes) -> Member:
        self._hashes.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
        return member(f"{self._top}/{name}", data)

    def _note(self, tx: Tx, evidence_id: str, verb: str, **details: int | str) -> None:
        log.write(
            tx,
            clock=self._source.clock,
            actor=self._actor,
            verb=verb,
            target=evidence_target(evidence_id),
            reason=self._asked.told,
            details={"bundle": self.id, **details},
        )
