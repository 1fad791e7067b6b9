"""The verifier runs in a bare Python, as a copy, and finds whatever was done to an export or a proof."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from safelight.audit import heading, verifier
from safelight.audit.erasing import erase_records
from safelight.audit.proving import prove_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.flow.audit_keeping import export_log
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys

_SOURCE = Path(verifier.__file__)


@pytest.fixture
def vkey(engine: Engine, keys: MemoryKeys) -> str:
    with read(engine) as tx:
        return str(heading.note_keys(tx, keys.describe().public_keys)[0])


@pytest.fixture
def exported(
    *, engine: Engine, clock: FixedClock, actor: Actor, keys: MemoryKeys, grow: Callable, sign: Callable, tmp_path: Path
) -> Path:
    """An export of some twenty entries, one of them erased, with a head that was kept from earlier beside it."""
    grow(3)
    with write(engine) as tx:
        erase_records(tx, clock, actor, clock.at + timedelta(1))
    grow(7)
    (tmp_path / "kept.txt").write_text(sign())
    grow(8)
    file = BytesIO()
    lines = export_log(engine, clock, keys, actor, file=file)
    assert lines == file.getvalue().count(b"\n")
    (tmp_path / "log.jsonl").write_bytes(file.getvalue())
    return tmp_path / "log.jsonl"


def _run(folder: Path, *words: str) -> tuple[int, str]:
    """Run a copy of the verifier where nothing of ours is on the path."""
    (folder / "verifier.py").write_bytes(_SOURCE.read_bytes())
    command = [sys.executable, "-I", "verifier.py", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def _check(path: Path, vkey: str, *kept: Path) -> str | None:
    """Check an export within this process; return what does not hold."""
    notes = [each.read_text() for each in kept]
    try:
        with path.open(encoding="utf-8") as lines:
            verifier.check_export(lines, [vkey] if vkey else [], notes)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, StopIteration) as error:
        return f"{type(error).__name__}: {error}"
    return None


def test_it_is_a_page_that_imports_nothing_but_the_standard_library_and_cryptography() -> None:
    text = _SOURCE.read_text()
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [each.name for each in getattr(node, "names", [])]
        )
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}
    assert len([line for line in text.splitlines() if line.strip()]) <= 110


def test_a_whole_export_holds(exported: Path, vkey: str) -> None:
    status, said = _run(exported.parent, "log.jsonl", "--key", vkey, "--head", "kept.txt")
    assert (status, said) == (0, "21 entries hold\n")


def test_without_a_key_it_says_whose_word_it_took(exported: Path) -> None:
    status, said = _run(exported.parent, "log.jsonl")
    assert status == 0
    assert said.startswith("no --key was given")


def test_without_anything_to_check_it_says_how_it_is_used_and_does_not_say_that_all_is_well(tmp_path: Path) -> None:
    status, said = _run(tmp_path)
    assert status == 1
    assert "python verifier.py EXPORT" in said


def test_a_file_that_is_not_there_does_not_hold(tmp_path: Path) -> None:
    assert _run(tmp_path, "log.jsonl")[0] == 1


def _meaning(export: bytes) -> list[dict] | None:
    """Return what an export says. A salt in capitals is the same salt."""
    try:
        lines = [json.loads(line) for line in export.splitlines()]
        return [line | {"salt": bytes.fromhex(line["salt"])} if line.get("salt") else line for line in lines]
    except (ValueError, TypeError):
        return None


def test_whatever_is_changed_in_an_export_is_found(exported: Path, vkey: str) -> None:
    whole, kept = exported.read_bytes(), exported.parent / "kept.txt"
    start = whole.index(b"\n") + 1  # what the header says beside the size is told again by every line
    generator = np.random.default_rng(5)
    missed = []
    for _ in range(2_000):
        place = int(generator.integers(start, len(whole)))
        changed = bytearray(whole)
        changed[place] ^= 1 << int(generator.integers(8))
        exported.write_bytes(changed)
        same = _meaning(bytes(changed)) == _meaning(whole)
        if not same and _check(exported, vkey, kept) is None:
            missed.append((place, bytes(whole[place - 20 : place + 20]), bytes(changed[place - 20 : place + 20])))
    assert missed == []


def test_a_line_removed_doubled_moved_or_cut_is_found(exported: Path, vkey: str) -> None:
    lines = exported.read_text().splitlines(keepends=True)
    kept = exported.parent / "kept.txt"
    is_head = ["head" in json.loads(line) for line in lines]
    for place in range(len(lines)):
        without, doubled = lines[:place] + lines[place + 1 :], lines[: place + 1] + lines[place:]
        for altered in [
            doubled,
            lines[:place],
            without,
            lines[:place] + lines[place : place + 2][::-1] + lines[place + 2 :],
        ]:
            if altered == lines or (is_head[place] and altered in (without, doubled)):
                continue  # a head fewer, or twice, is no change of the log
            exported.write_text("".join(altered))
            assert _check(exported, vkey, kept) is not None, place


def test_an_export_cut_before_a_kept_head_is_found_though_its_end_was_made_to_fit(exported: Path, vkey: str) -> None:
    header, *lines = [json.loads(line) for line in exported.read_text().splitlines()]
    forged = [header | {"size": 5}, *lines[:5], {"end": 5}]
    exported.write_text("\n".join(json.dumps(line) for line in forged) + "\n")
    assert _check(exported, vkey) is None  # what no log can show
    assert "it was cut" in str(_check(exported, vkey, exported.parent / "kept.txt"))


def test_another_logs_key_holds_nothing(exported: Path) -> None:
    other = heading.NoteKey(name="safelight/other", public_key=MemoryKeys().describe().public_keys[0])
    status, said = _run(exported.parent, "log.jsonl", "--key", str(other))
    assert status == 1
    assert "DOES NOT HOLD: a head is not signed" in said


def test_proofs_hold_line_by_line_until_one_is_changed(
    exported: Path, engine: Engine, clock: FixedClock, keys: MemoryKeys, vkey: str
) -> None:
    with read(engine) as tx:
        proofs = prove_entries(tx, keys, clock, target="thing:1")
    path = exported.parent / "proof.json"
    path.write_text("".join(json.dumps(proof) + "\n" for proof in proofs))
    status, said = _run(exported.parent, "--proof", "proof.json", "--key", vkey)
    assert status == 0
    assert said.splitlines() == [f"entry {proof['entry']} is in the log of 21 entries" for proof in proofs]
    wrong = [{"actor": "x"}, {"leaf": 0}, {"leaf": -1}, {"leaf": None}, {"path": []}, {"reason": "x"}, {"time": 1}]
    wrong += [{"path": [*proofs[2]["path"], "00" * 32]}, {"path": None}, {"head": ""}, {"salt": None}]
    for change in wrong:
        with pytest.raises((ValueError, TypeError)):
            verifier.check_proof(proofs[2] | change, [vkey])
    path.write_text("".join(json.dumps(proof | {"verb": "x"}) + "\n" for proof in proofs))
    assert _run(exported.parent, "--proof", "proof.json", "--key", vkey)[0] == 1


def test_every_leaf_of_logs_of_many_sizes_is_proved(
    *, engine: Engine, clock: FixedClock, keys: MemoryKeys, grow: Callable, sign: Callable, vkey: str
) -> None:
    for count in (1, 1, 2, 3, 4, 7):
        grow(count)
        sign()
        with read(engine) as tx:
            proofs = [each for n in range(3) for each in prove_entries(tx, keys, clock, target=f"thing:{n}")]
        assert proofs
        for proof in proofs:
            verifier.check_proof(proof, [vkey])
