"""Evidence is handed over whole, sealed to its recipient, proved and recorded, or not at all."""

import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import update

from safelight.audit.entry import AuditEntry
from safelight.database.transaction import read, write
from safelight.errors import AlreadyExists, EvidenceDamaged, InvalidValue, NotAllowed, NotFound
from safelight.flow.evidence import handing_over
from safelight.flow.evidence.hand_over_boundary import HandOverBoundary
from safelight.flow.evidence.handing_over import hand_over
from safelight.flow.installation import Installation
from safelight.roles import EVERY_PERMISSION, Actor, Permission
from safelight.testing.evidence import seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.hand_over import HandOver
from safelight.vault.manifest import SealedOrigin
from safelight.vault.queries import custody
from safelight.vault.store.tables import occurrences

MARKERS = (b"<<bytes-7f3a>>", b"<<name-91cc>>", b"203.0.113.77", b"<<reason-55aa>>")


class Abandoned(BaseException):
    """The test ends the work here."""


@dataclass
class Desk:
    """A vault with two pieces of evidence, and a recipient."""

    place: Installation
    actor: Actor
    folder: Path
    identity: pyrage.x25519.Identity
    data: dict[str, bytes]

    @property
    def asked(self) -> HandOver:
        return HandOver(
            evidence_ids=tuple(self.data),
            recipients=(str(self.identity.to_public()),),
            recipient_name="Cyber unit",
            legal_basis="warrant 7",
            reason=MARKERS[3].decode(),
        )

    @property
    def out(self) -> Path:
        return self.folder / "out" / "bundle.age"

    def hand_over(self, **changed):
        return hand_over(self.place, self.actor, self.asked, self.out, **changed)

    def files(self) -> dict[str, bytes]:
        """Open the bundle; give its files by their names without the folder that all are in."""
        clear = pyrage.decrypt(self.out.read_bytes(), [self.identity])
        with tarfile.open(fileobj=io.BytesIO(clear)) as archive:
            held = {each.name: archive.extractfile(each).read() for each in archive}
        assert len({name.partition("/")[0] for name in held}) == 1
        return {name.partition("/")[2]: data for name, data in held.items()}

    def custody(self, evidence_id: str) -> list[AuditEntry]:
        with read(self.place.engine) as tx:
            return list(custody(tx, evidence_id))

    def verbs(self, evidence_id: str) -> list[str]:
        return [entry.verb for entry in self.custody(evidence_id)]


@pytest.fixture
def desk(engine, clock, actor, tmp_path) -> Desk:
    blobs = DiskBlobs(tmp_path / "vault")
    blobs.create()
    place = Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=clock)
    data = {}
    for held in (MARKERS[0] * 150_000, b""):
        origin = SealedOrigin(original_file_name=MARKERS[1].decode(), ip_address=MARKERS[2].decode())
        evidence = seal_bytes(place, actor, tmp_path / "spool", [held], told={"origin": origin})
        data[evidence.id] = held
    (tmp_path / "out").mkdir()
    return Desk(place, actor, tmp_path, pyrage.x25519.Identity.generate(), data)


def test_the_recipient_finds_the_bytes_and_all_that_is_known_of_them(desk: Desk) -> None:
    done = desk.hand_over()
    files = desk.files()
    for evidence_id, data in desk.data.items():
        assert files[f"evidence/{evidence_id}/original"] == data
        manifest = json.loads(files[f"evidence/{evidence_id}/manifest.json"])
        assert manifest["origin"]["original_file_name"] == MARKERS[1].decode()
    certificate = json.loads(files["certificate.json"])
    assert (certificate["bundle"], certificate["to"]["name"]) == (done.bundle_id, "Cyber unit")
    assert [each["id"] for each in certificate["evidence"]] == list(desk.data)
    assert done.sha256 == hashlib.sha256(desk.out.read_bytes()).digest()
    assert desk.out.stat().st_mode & 0o777 == 0o600


def test_it_opens_and_checks_with_standard_tools_and_the_verifier_alone(desk: Desk, tmp_path) -> None:
    desk.hand_over()
    opened = tmp_path / "opened"
    opened.mkdir()
    clear = pyrage.decrypt(desk.out.read_bytes(), [desk.identity])
    subprocess.run(["tar", "-xf", "-", "-C", opened], input=clear, check=True)
    (folder,) = opened.iterdir()
    subprocess.run(["sha256sum", "--strict", "-c", "hashes.txt"], cwd=folder, check=True, capture_output=True)
    signed = ["-rawin", "-in", "hashes.txt", "-sigfile", "hashes.txt.sig"]
    checked = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public-key.pem", *signed]
    subprocess.run(checked, cwd=folder, check=True, capture_output=True)
    vkey = (folder / "vkey.txt").read_text().splitlines()[0]
    shutil.copy(folder / "verify.py", tmp_path / "verify.py")
    for evidence_id in desk.data:
        path = folder / "evidence" / evidence_id / "custody.jsonl"
        command = [sys.executable, "-I", tmp_path / "verify.py", "--proof", path, "--key", vkey]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        assert len(told) == len(path.read_text().splitlines()) >= 4
        altered = tmp_path / "altered.jsonl"
        altered.write_text(path.read_text().replace('"verb": "seal_evidence"', '"verb": "steal_evidence"'))
        failed = subprocess.run([*command[:4], altered, *command[5:]], check=False, capture_output=True)
        assert failed.returncode == 1


def test_hashes_name_every_other_file(desk: Desk) -> None:
    desk.hand_over()
    files = desk.files()
    listed = dict(line.split("  ")[::-1] for line in files["hashes.txt"].decode().splitlines())
    unlisted = {"hashes.txt", "hashes.txt.sig"}
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name not in unlisted}


def test_custody_in_the_bundle_ends_with_this_very_hand_over(desk: Desk) -> None:
    done = desk.hand_over()
    for evidence_id in desk.data:
        acts = [json.loads(line) for line in desk.files()[f"evidence/{evidence_id}/custody.jsonl"].splitlines()]
        verbs = [act["verb"] for act in acts]
        assert verbs == ["seal_evidence", "add_hold", "hand_over_evidence", "open_evidence"]
        assert all(act["path"] is not None for act in acts)
        assert done.bundle_id in acts[2]["details"]


def test_every_custody_says_to_whom_why_and_which_file_it_was(desk: Desk) -> None:
    done = desk.hand_over()
    for evidence_id in desk.data:
        begun, opened, finished = desk.custody(evidence_id)[2:]
        assert [begun.verb, opened.verb, finished.verb] == ["hand_over_evidence", "open_evidence", "finish_hand_over"]
        assert opened.details == {"purpose": "hand_over"}
        assert {begun.reason, opened.reason, finished.reason} == {desk.asked.told}
        assert begun.details["bundle"] == finished.details["bundle"] == done.bundle_id
        assert begun.details["recipients"] == 1
        assert finished.details["sha256"] == hashlib.sha256(desk.out.read_bytes()).hexdigest()


@pytest.mark.few_on_postgresql(HandOverBoundary.WHOLE, HandOverBoundary.RECORDED)
@pytest.mark.parametrize("boundary", list(HandOverBoundary))
def test_abandoned_at_any_moment_it_leaves_no_half_file_and_no_unrecorded_byte(desk: Desk, boundary) -> None:
    seen = []

    def reach(reached) -> None:
        seen.append(reached)
        if reached is boundary:
            raise Abandoned

    with pytest.raises(Abandoned):
        desk.hand_over(reach=reach)
    is_named = boundary is HandOverBoundary.NAMED
    assert [path.name for path in desk.out.parent.iterdir()] == (["bundle.age"] if is_named else [])
    first = next(iter(desk.data))
    assert "hand_over_evidence" in desk.verbs(first)
    if HandOverBoundary.OPENED in seen:
        assert "open_evidence" in desk.verbs(first)
    assert ("finish_hand_over" in desk.verbs(first)) == (HandOverBoundary.RECORDED in seen)
    if is_named:
        assert desk.files()
        return
    restarted = replace(desk.place, blobs=DiskBlobs(desk.place.blobs.folder))
    hand_over(restarted, desk.actor, desk.asked, desk.out)
    assert desk.files()[f"evidence/{first}/original"] == desk.data[first]


def test_nothing_is_on_disk_in_the_clear_at_any_moment(desk: Desk, monkeypatch, tmp_path) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    looked, media = [], MARKERS[:3]

    def look(boundary) -> None:
        database = desk.place.engine.url.database if desk.place.engine.dialect.name == "sqlite" else None
        kept = [] if database is None else Path(database).parent.iterdir()
        for path in [*tmp_path.rglob("*"), *kept]:
            if path.is_file():
                held = path.read_bytes()
                assert not any(marker in held for marker in media), (boundary, path.name)
        looked.append(boundary)

    desk.hand_over(reach=look)
    look("afterwards")
    assert set(HandOverBoundary) < set(looked)


def test_one_bit_of_damage_leaves_no_file(desk: Desk) -> None:
    for path in desk.place.blobs.folder.glob("blobs/*/*/*"):
        if path.stat().st_size > 2_000_000:
            path.chmod(0o600)
            held = bytearray(path.read_bytes())
            held[-5] ^= 1
            path.write_bytes(held)
    with pytest.raises(EvidenceDamaged):
        desk.hand_over()
    assert list(desk.out.parent.iterdir()) == []
    assert "finish_hand_over" not in desk.verbs(next(iter(desk.data)))


def test_bytes_that_are_not_those_of_the_manifest_leave_no_file(desk: Desk, monkeypatch) -> None:
    real = handing_over.Vault.manifest

    def other(self, engine, grant):
        return replace(real(self, engine, grant), sha1="0" * 40)

    monkeypatch.setattr(handing_over.Vault, "manifest", other)
    with pytest.raises(EvidenceDamaged, match="not those that its manifest tells"):
        desk.hand_over()
    assert list(desk.out.parent.iterdir()) == []


def _bad_requests(desk: Desk) -> Iterator[tuple[type[Exception], HandOver, Path]]:
    yield InvalidValue, replace(desk.asked, recipients=("age1nobody",)), desk.out
    yield InvalidValue, replace(desk.asked, legal_basis=""), desk.out
    yield NotFound, replace(desk.asked, evidence_ids=("f" * 32,)), desk.out
    yield AlreadyExists, desk.asked, desk.folder / "vault"


def test_what_cannot_be_handed_over_is_refused_before_anything(desk: Desk) -> None:
    for error, asked, out in _bad_requests(desk):
        with pytest.raises(error):
            hand_over(desk.place, desk.actor, asked, out)
    for evidence_id in desk.data:
        assert desk.verbs(evidence_id) == ["seal_evidence", "add_hold"]
    assert list(desk.out.parent.iterdir()) == []


def test_one_destroyed_among_several_hands_over_none(desk: Desk) -> None:
    first, last = desk.data
    gone = {"object_id": None, "key_id": None, "wrapped_key": None, "manifest": None}
    with write(desk.place.engine) as tx:
        destroyed = gone | {"destroyed_at": desk.place.clock.now()}
        tx.execute(update(occurrences).where(occurrences.c.id == last).values(destroyed))
    with pytest.raises(NotFound, match="was destroyed"):
        desk.hand_over()
    assert desk.verbs(first) == ["seal_evidence", "add_hold"]


def test_who_may_not_hand_over_does_not(desk: Desk) -> None:
    desk.actor = replace(desk.actor, permissions=EVERY_PERMISSION - {Permission.EVIDENCE_HAND_OVER})
    with pytest.raises(NotAllowed, match="evidence:hand_over"):
        desk.hand_over()
    assert "hand_over_evidence" not in desk.verbs(next(iter(desk.data)))
