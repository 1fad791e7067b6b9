"""Check an export of a Safelight audit log, or proofs out of one, on a machine without Safelight.

    python verifier.py EXPORT --key VKEY [--head KEPT_HEAD]...        the whole log
    python verifier.py --proof PROOF --key VKEY                       single entries, one proof a line

VKEY is the log's public key, asked of its operator by another way than the file; without it the file's own word is
taken. KEPT_HEAD is a file with a signed head from earlier. Needs Python 3.11 and the package `cryptography`. Exit
status: 0 all of it holds, 1 something does not. No log can show what was cut after the last kept head, or was rewritten
before the first one was kept. Sources: RFC 9162, 2.1 (tree); C2SP signed-note and tlog-checkpoint (heads).
"""

import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LEAF_FIELDS = ("entry", "time", "actor_kind", "actor", "verb", "target", "digest")
OPTIONS = ("", "--key", "--head", "--proof")


def sha256(*parts: bytes) -> bytes:
    """Hash parts, joined."""
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(values: list[Any]) -> bytes:
    """Write values in the one way in which they are hashed."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def leaf_of(entry: dict[str, Any]) -> bytes:
    """Check an entry's record against its digest, unless it was erased; return the hash of its leaf."""
    salt, told = entry["salt"], [entry["reason"], entry["details"]]
    is_erased = [salt, *told] == [None, None, None]
    if not is_erased and sha256(bytes.fromhex(salt), canonical(told)).hex() != entry["digest"]:
        raise ValueError(f"entry {entry['entry']}: its reason, details or salt were changed")
    return sha256(b"\0", canonical(["safelight audit 1", *(entry[name] for name in LEAF_FIELDS)]))


def open_head(note: str, vkeys: list[str]) -> tuple[int, bytes]:
    """Return the size and root of a head that one of the keys signed."""
    text, _, signatures = note.rpartition("\n\n")
    for name, _, key in (vkey.partition("+") for vkey in vkeys):
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.partition("+")[2])[1:])
        for line in signatures.splitlines():
            try:
                signed = base64.b64decode(line.rpartition(" ")[2])
                public.verify(signed[4:], f"{text}\n".encode())
            except (InvalidSignature, ValueError):
                continue
            told = f"\N{EM DASH} {name} {base64.b64encode(signed).decode()}", key.partition("+")[0], name
            if (line, signed[:4].hex(), text.split("\n")[0]) == told:
                return int(text.split("\n")[1]), base64.b64decode(text.split("\n")[2])
    raise ValueError("a head is not signed by the key of this log, or was changed")


def root_of(subtrees: list[bytes]) -> bytes:
    """Return the root over complete subtrees, which stand from left to right."""
    root = subtrees[-1] if subtrees else sha256()
    for left in reversed(subtrees[:-1]):
        root = sha256(b"\1", left, root)
    return root


def check_export(lines: Any, vkeys: list[str], kept: list[str]) -> str:
    """Check a whole export."""
    header = json.loads(next(lines))
    vkeys, size, ended, subtrees = vkeys or header["vkeys"], 0, None, list[bytes]()
    waiting = [open_head(note, vkeys) for note in kept]
    for line in map(json.loads, lines):
        if ended is not None or line.get("leaf", size) != size or not line.keys() & {"leaf", "head", "end"}:
            raise ValueError(f"leaf {size} is not where it should be")
        if "leaf" in line:
            node, rest, size = leaf_of(line), size, size + 1
            while rest & 1:
                node, rest = sha256(b"\1", subtrees.pop(), node), rest >> 1
            subtrees.append(node)
        for head in (
            [open_head(line["head"], vkeys)] if "head" in line else [each for each in waiting if each[0] == size]
        ):
            if head != (size, root_of(subtrees)):
                raise ValueError(f"the first {size} entries are not those that the head of {head[0]} was signed over")
        ended = line.get("end")
    if ended != size or size != header["size"] or any(each[0] > size for each in waiting):
        raise ValueError(f"the log ends after {size} entries, and should not: it was cut")
    return f"{size} entries hold"


def check_proof(proof: dict[str, Any], vkeys: list[str]) -> str:
    """Check that one entry is in the log of a signed head."""
    size, root = open_head(proof["head"], vkeys or proof["vkeys"])
    if proof["leaf"] is None:
        raise ValueError(f"entry {proof['entry']} is later than the head: nothing proves it")
    node, index, last = leaf_of(proof), proof["leaf"], size - 1
    for sibling in map(bytes.fromhex, proof["path"]):
        node = sha256(b"\1", sibling, node) if index & 1 or index == last else sha256(b"\1", node, sibling)
        while index == last and index and not index & 1:
            index, last = index >> 1, last >> 1
        if last == 0:
            raise ValueError(f"entry {proof['entry']}: the path is too long")
        index, last = index >> 1, last >> 1
    if index or last or node != root:
        raise ValueError(f"entry {proof['entry']} is not in the log of this head")
    return f"entry {proof['entry']} is in the log of {size} entries"


def main(words: list[str]) -> int:
    """Check what the command line names, and return the exit status."""
    pairs = [pair for pair in zip(["", *words], words, strict=False) if not pair[1].startswith("--")]
    exports, vkeys, heads, proofs = ([word for before, word in pairs if before == option] for option in OPTIONS)
    said = [] if vkeys else ["no --key was given: the file's own word on its keys was taken"]
    status = 0 if exports or proofs else 1
    try:
        proved = (line for name in proofs for line in Path(name).read_text(encoding="utf-8").splitlines())
        said.extend(check_proof(json.loads(line), vkeys) for line in proved)
        for name in exports:
            with Path(name).open(encoding="utf-8") as lines:
                said.append(check_export(lines, vkeys, [Path(head).read_text(encoding="utf-8") for head in heads]))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, StopIteration, OSError) as error:
        said, status = [*said, f"DOES NOT HOLD: {error}"], 1
    print(*(said if exports or proofs else [__doc__]), sep="\n")  # noqa: T201 - a program by itself
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
