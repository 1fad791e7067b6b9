"""A package is whole or not there, opens with ordinary tools for its recipient alone, and shows what was changed."""

import hashlib
import json
import resource
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

from safelight.errors import InvalidValue, KeysUnusable, StoreUnusable
from safelight.intake.content import MemoryContent
from safelight.intake.media import Answer
from safelight.reporting.destinations.interface import Discarding, Done, Meaning, Refused
from safelight.review.exposure.viewing import Viewed


def meaning(answer) -> Meaning:
    assert isinstance(answer, Refused), answer
    return answer.meaning


def test_the_recipient_finds_the_sheet_the_report_and_the_very_bytes(sender) -> None:
    name = sender.made(sender.destination(), sender.FULL)
    opened = sender.opened(name)
    assert [opened[f"files/{number:04}"] for number in (1, 2, 3)] == list(sender.CONTENTS)
    assert opened["sheet.pdf"].startswith(b"%PDF")
    assert "night_owl" in opened["sheet.txt"].decode()
    told = json.loads(opened["report.json"])
    assert (told["format"], told["package"], told["mark"]) == ("safelight report 1", name, sender.MARK)
    assert told["report"] == sender.paper_of(sender.FULL).report
    for file, data in zip(told["files"], sender.CONTENTS, strict=True):
        assert (file["sizeBytes"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert file["viewed"] == {"answer": "no", "sentence": sender.VIEWED.sentence}
    assert sender.listed() == [f"{name}.safelight-report.tar"]
    assert sender.bundle(name).stat().st_mode & 0o777 == 0o600


def test_it_opens_and_checks_by_the_commands_of_its_readme(sender, tmp_path: Path) -> None:
    name = sender.made(sender.destination())
    place = tmp_path / "police"
    place.mkdir()
    shutil.copy(sender.bundle(name), place)
    (place / "secret").write_text(f"{sender.identity}\n")
    _run(["tar", "-xf", f"{name}.safelight-report.tar"], place)
    opened = place / f"safelight-report-{name}"
    readme = (opened / "README.txt").read_text()
    for command in (line.strip() for line in readme.splitlines() if line.startswith("    ")):
        words = command.split("   ")[0].split()
        if words[0] == "age":
            _decrypt(sender, opened / words[-1], opened / words[words.index("-o") + 1])
        elif words[0] in {"sha256sum", "openssl"} and "|" not in words:
            _run(words, opened)
    assert (opened / "files" / "0001").read_bytes() == sender.CONTENTS[0]
    assert "contents.txt: OK" not in readme


def _decrypt(sender, source: Path, target: Path) -> None:
    """Do what `age -d -i KEY -o TARGET SOURCE` does."""
    target.write_bytes(pyrage.decrypt(source.read_bytes(), [sender.identity]))


def _run(words: list[str], place: Path) -> None:
    subprocess.run(words, cwd=place, check=True, capture_output=True)


@pytest.mark.parametrize("name", ["sheet.pdf.age", "files/0001.age", "README.txt", "hashes.txt"])
def test_what_was_changed_is_found(sender, tmp_path: Path, name: str) -> None:
    package = sender.made(sender.destination())
    members = sender.members(package)
    members[name] = members[name][:-1] + bytes([members[name][-1] ^ 1])
    for each, data in members.items():
        path = tmp_path / "opened" / each
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    place = tmp_path / "opened"
    signed = ["-rawin", "-in", "hashes.txt", "-sigfile", "hashes.txt.sig"]
    checks = [["sha256sum", "--strict", "-c", "hashes.txt"]]
    checks += [["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public-key.pem", *signed]]
    assert any(subprocess.run(each, cwd=place, check=False, capture_output=True).returncode for each in checks)


def test_outside_stands_nothing_of_people_or_of_media(sender) -> None:
    name = sender.made(sender.destination(), sender.FULL)
    whole = sender.bundle(name).read_bytes()
    clear = [
        b"night_owl",
        b"u-7781",
        b"203.0.113.77",
        b"holiday",
        sender.MARK.encode(),
        b"Police",
        b"trust@",
        b"first file",
    ]
    clear += [hashlib.new(kind, data).hexdigest().encode() for kind in ("md5", "sha256") for data in sender.CONTENTS]
    assert [each for each in clear if each in whole] == []
    outside = {each for each in sender.members(name) if not each.endswith(".age")}
    assert outside == {"README.txt", "public-key.pem", "hashes.txt", "hashes.txt.sig"}


def test_nothing_is_ever_on_disk_in_the_clear_while_it_is_made(sender) -> None:
    to = sender.destination()
    sender.packed(to, sender.FULL)
    held = b"".join(each.read_bytes() for each in sender.folder.iterdir())
    assert not any(each in held for each in (b"night_owl", sender.MARK.encode(), b"first file"))


def test_nobody_else_opens_it(sender) -> None:
    members = sender.members(sender.made(sender.destination()))
    for name in ("sheet.pdf.age", "report.json.age", "files/0002.age", "contents.txt.age"):
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(members[name], [pyrage.x25519.Identity.generate()])


def test_the_same_paper_makes_the_same_sheet(sender) -> None:
    first, second = (sender.opened(sender.made(sender.destination())) for _ in range(2))
    assert first["sheet.pdf"] == second["sheet.pdf"]
    assert first["sheet.txt"] == second["sheet.txt"]


def test_a_report_without_files_is_made_too(sender) -> None:
    opened = sender.opened(sender.made(sender.destination(), contents=()))
    assert json.loads(opened["report.json"])["files"] == []
    assert "No file goes with this report." in opened["sheet.txt"].decode()


def test_an_unfinished_one_is_retracted_and_a_finished_one_stays(sender) -> None:
    to = sender.destination()
    name = sender.packed(to)
    assert to.retract(name) == Done(value=None)
    assert meaning(to.retract(name)) is Meaning.UNKNOWN_REPORT
    assert meaning(to.finish(name)) is Meaning.UNKNOWN_REPORT
    name = sender.made(to)
    assert meaning(to.retract(name)) is Meaning.FINISHED
    assert meaning(to.finish(name)) is Meaning.FINISHED
    assert sender.listed() == [f"{name}.safelight-report.tar"]


def test_another_process_says_what_became_of_one_and_does_not_go_on_with_it(sender) -> None:
    first, second = sender.destination(), sender.destination()
    name = sender.packed(first)
    assert meaning(second.finish(name)) is Meaning.LATER
    assert meaning(second.upload(name, "e9", MemoryContent(data=b""))) is Meaning.LATER
    assert second.retract(name) == Done(value=None)
    assert meaning(first.finish(name)) is Meaning.RETRACTED
    assert sender.listed() == []


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_package_whose_naming_is_cut_is_either_whole_or_not_there(sender, monkeypatch, moment: str) -> None:
    class Death(BaseException):
        pass

    rename = Path.rename

    def dying(path: Path, target: Path) -> None:
        if moment == "after":
            rename(path, target)
        raise Death

    to = sender.destination()
    name = sender.packed(to)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", dying)
        with pytest.raises(Death):
            to.finish(name)
    answer = sender.destination().retract(name)
    if moment == "after":
        assert meaning(answer) is Meaning.FINISHED
        assert sender.opened(name)["files/0001"] == sender.CONTENTS[0]
    else:
        assert answer == Done(value=None)
        assert sender.listed() == []
    to._makings[name].close()


def test_what_died_is_swept_when_the_next_is_begun_and_what_lives_is_not(sender) -> None:
    to, other = sender.destination(), sender.destination()
    alive, dead = sender.packed(to), sender.packed(other)
    other._makings[dead].close()  # as the death of its process does
    third = sender.destination()
    name = sender.made(third)
    assert sender.listed() == sorted([f".{alive}.safelight-report.tar.part", f"{name}.safelight-report.tar"])
    assert meaning(third.retract(dead)) is Meaning.UNKNOWN_REPORT
    assert isinstance(to.finish(alive), Done)


def test_a_file_that_comes_twice_at_once_is_in_it_once(sender) -> None:
    to, paper = sender.destination(), sender.paper_of(sender.BRIEF, sender.BRIEF_FILE)
    name = to.open(to.document(paper, sender.MARK)).value
    to.upload(name, "e1", MemoryContent(data=b"other bytes"))
    again = to.upload(name, "e1", MemoryContent(data=b"the bytes")).value
    described = to.description(paper, sender.VIEWED, evidence_id="e1", authority_id=name, file_id=again.file_id)
    assert to.describe(described) == Done(value=None)
    assert meaning(to.upload(name, "e1", MemoryContent(data=b"the bytes"))) is Meaning.LATER
    assert isinstance(to.finish(name), Done)
    assert sender.opened(name)["files/0001"] == b"the bytes"
    assert len([each for each in sender.members(name) if each.startswith("files/")]) == 1


def test_one_of_which_a_file_is_missing_is_not_finished(sender) -> None:
    to = sender.destination()
    name = to.open(to.document(sender.paper_of(sender.BRIEF, sender.BRIEF_FILE), sender.MARK)).value
    to.upload(name, "e1", MemoryContent(data=b"some"))
    assert meaning(to.finish(name)) is Meaning.LATER
    assert to.retract(name) == Done(value=None)


class Failing:
    """Content that cannot be read to its end."""

    size_bytes = 5 << 20

    def __init__(self, error: Exception | None) -> None:
        self._error = error

    def read(self, offset: int, length: int) -> bytes:
        if offset >= 2 << 20:
            if self._error is not None:
                raise self._error
            return b""
        return bytes(min(length, 1 << 20))


def test_what_reading_evidence_raises_is_passed_on_and_leaves_nothing_of_the_file(sender) -> None:
    to, paper = sender.destination(), sender.paper_of(sender.BRIEF, sender.BRIEF_FILE)
    name = to.open(to.document(paper, sender.MARK)).value
    with pytest.raises(StoreUnusable, match="it is gone"):
        to.upload(name, "e1", Failing(StoreUnusable("it is gone")))
    assert meaning(to.upload(name, "e1", Failing(None))) is Meaning.LATER
    uploaded = to.upload(name, "e1", MemoryContent(data=b"whole")).value
    to.describe(to.description(paper, sender.VIEWED, evidence_id="e1", authority_id=name, file_id=uploaded.file_id))
    assert isinstance(to.finish(name), Done)
    assert sender.opened(name)["files/0001"] == b"whole"


def test_a_missing_folder_and_one_that_is_another_are_waited_for(sender, tmp_path: Path) -> None:
    to = sender.destination()
    name = sender.made(to)
    away = tmp_path / "unmounted"
    sender.folder.rename(away)
    answer = to.open(to.document(sender.paper_of(), sender.MARK))
    assert meaning(answer) is Meaning.LATER
    assert "is missing" in answer.sentence
    sender.folder.mkdir()  # the bare mount point: of what lies on its disk nothing is said
    for act in (to.retract, to.discard, to.finish):
        refused = act(name)
        assert meaning(refused) is Meaning.LATER
        assert "another folder" in refused.sentence
    sender.folder.rmdir()
    away.rename(sender.folder)
    assert meaning(to.retract(name)) is Meaning.FINISHED


@contextmanager
def full_disk(most_bytes: int):
    """Let no file of this process grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("call", ["open", "upload", "finish"])
def test_a_full_disk_is_waited_for_and_its_space_is_given_back(sender, call: str) -> None:
    to, paper = sender.destination(), sender.paper_of(sender.BRIEF, sender.BRIEF_FILE)
    large = MemoryContent(data=bytes(3 << 20))
    sender.made(to)
    if call == "open":
        with full_disk(0):
            answer = to.open(to.document(paper, sender.MARK))
    elif call == "upload":
        name = to.open(to.document(paper, sender.MARK)).value
        with full_disk(2 << 20):
            answer = to.upload(name, "e1", large)
    else:
        name = sender.packed(to, contents=[large.data])
        with full_disk((3 << 20) + 20_000):
            answer = to.finish(name)
    assert meaning(answer) is Meaning.LATER
    assert "File too large" in answer.sentence
    assert [each for each in sender.listed() if each.endswith(".part")] == []
    assert isinstance(to.open(to.document(paper, sender.MARK)), Done)


class BrokenKeys:
    """Keys that do not sign."""

    def __init__(self, keys) -> None:
        self._keys = keys

    def describe(self):
        return self._keys.describe()

    def sign(self, _message: bytes) -> bytes:
        raise KeysUnusable("The key service does not answer.")


def test_keys_that_do_not_sign_are_waited_for_and_nothing_is_left(sender) -> None:
    sender.keys = BrokenKeys(sender.keys)
    to = sender.destination()
    name = sender.packed(to)
    answer = to.finish(name)
    assert meaning(answer) is Meaning.LATER
    assert "does not answer" in answer.sentence
    assert sender.listed() == []


def test_a_signature_by_another_key_than_is_told_makes_no_package(sender) -> None:
    other = type(sender.keys)()
    sender.keys.sign = other.sign
    to = sender.destination()
    assert meaning(to.finish(sender.packed(to))) is Meaning.LATER
    assert sender.listed() == []


def test_a_wrong_key_of_the_recipient_is_for_a_person_to_mend(sender) -> None:
    to = sender.with_setup(recipient_keys=("age1wrong",)).destination()
    assert meaning(to.open(to.document(sender.paper_of(), sender.MARK))) is Meaning.FAULTY
    assert sender.listed() == []


def test_what_is_given_up_is_deleted_and_that_may_be_said_twice(sender) -> None:
    to = sender.destination()
    assert isinstance(to, Discarding)
    name, kept = sender.made(to), sender.made(to)
    assert [to.discard(name), to.discard(name)] == [Done(value=None)] * 2
    assert sender.listed() == [f"{kept}.safelight-report.tar"]


@pytest.mark.parametrize("name", ["", "..", "../x", "a" * 25, "0" * 8 + "-" + "g" * 16])
def test_no_name_leads_out_of_the_folder(sender, name: str) -> None:
    to = sender.destination()
    sender.made(to)
    assert {meaning(to.retract(name)), meaning(to.discard(name)), meaning(to.finish(name))} == {Meaning.LATER}


def test_a_test_is_told_on_the_sheet_in_the_readme_and_in_the_report(sender) -> None:
    name = sender.made(sender.with_setup(is_test=True).destination())
    opened = sender.opened(name)
    assert "THIS IS A TEST" in sender.members(name)["README.txt"].decode()
    assert opened["sheet.txt"].decode().count("TEST") == 1
    assert json.loads(opened["report.json"])["isTest"] is True


def test_what_is_drafted_can_be_sent_once_a_person_has_said_what_is_compulsory(sender) -> None:
    to = sender.destination()
    paper = to.draft(sender.FACTS)
    assert paper.form == to.form.name == "package/1"
    assert to.faults(paper, sender.NOW) == []
    assert 0 < to.completeness(paper).score < 100
    assert to.completeness(sender.paper_of(sender.FULL, sender.FULL_FILE)).score == 100


def test_faults_hinder_a_package(sender) -> None:
    to = sender.destination()
    paper = to.draft(sender.FACTS)
    with pytest.raises(InvalidValue, match="report/incident/type: This is compulsory"):
        to.document(replace(paper, report={**paper.report, "incident": {}}), sender.MARK)
    assert to.faults(paper, sender.NOW - timedelta(days=90)) != []


def test_what_is_said_of_a_file_is_the_logs_answer_with_its_sentence(sender) -> None:
    to, paper = sender.destination(), sender.paper_of(sender.BRIEF, sender.BRIEF_FILE)
    for answer in Answer:
        seen = Viewed(answer=answer, sentence="so it was")
        told = json.loads(to.description(paper, seen, evidence_id="e1", authority_id="n", file_id="files/0001"))
        assert told["viewed"] == {"answer": answer.value, "sentence": "so it was"}
