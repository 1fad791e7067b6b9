"""An upload of any size stays in bounded memory, and nothing of it is ever on a disk in the clear."""

import hashlib
import importlib.util
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import httpx2
import pyrage
import pytest

import safelight
from safelight.banks.entry import NewEntry
from safelight.cli.main import main
from safelight.flow.banks import edits as banks


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


process, hostile = _load("serving_process"), _load("hostile_senders")

MARK = b"in the clear: benign, and on no disk of ours"
BLOCK = (MARK + bytes(range(212))) * 4096
"""1 MiB in which the mark stands every 256 bytes: a page of it that was written would show."""

MOST_MORE_KIB = 64 << 10
"""So much more memory may an upload take, whatever its size: what stays in memory (8 MiB), and what is in flight."""

BEFORE = b'--b\r\nContent-Disposition: form-data; name="media"; filename="x"\r\n\r\n'
AFTER = b"\r\n--b--\r\n"


@dataclass(slots=True)
class Upload:
    """Media of so many blocks. While it goes out it is looked for on disks, some times, with the rest on its way."""

    blocks: int
    looked_in: list[Path]
    pid: int
    looks: int = field(default=0)
    looking_s: float = field(default=0.0)

    def digest(self) -> bytes:
        digest = hashlib.md5()
        for _ in range(self.blocks):
            digest.update(BLOCK)
        return digest.digest()

    def stream(self) -> Iterator[bytes]:
        for number in range(self.blocks):
            yield BLOCK
            if number % max(1, self.blocks // 4) == self.blocks // 8:
                self.require_hidden()

    def require_hidden(self) -> None:
        began_at = time.monotonic()
        assert [path for path in self._files() if _holds_mark(path)] == []
        self.looks += 1
        self.looking_s += time.monotonic() - began_at

    def _files(self) -> list[Path]:
        """Return all files of the folders, and those that a process has open, the ones without a name too."""
        named = [path for folder in self.looked_in for path in folder.rglob("*")]
        opened = [Path(f"/proc/{pid}/fd/{each}") for pid in _family(self.pid) for each in os.listdir(f"/proc/{pid}/fd")]
        return [path for path in (*named, *opened) if path.is_file()]


def _holds_mark(path: Path) -> bool:
    last = b""
    try:
        with path.open("rb") as file:
            while chunk := file.read(4 << 20):
                if MARK in last + chunk:
                    return True
                last = chunk[-len(MARK) :]
    except FileNotFoundError:
        pass  # it was moved or removed meanwhile, and is looked at in its new place the next time
    return False


def _family(pid: int) -> list[int]:
    """Return a process and those that it started."""
    told = [each.read_text() for each in Path(f"/proc/{pid}/task").glob("*/children")]
    return [pid, *(int(child) for text in told for child in text.split())]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large") / "workspace"
    safelight.create_workspace(folder)
    to = str(pyrage.x25519.Identity.generate().to_public())
    for words in (["key", "create"], ["key", "export", str(folder / "keys.age"), "--to", to]):
        assert main([*words, "-w", str(folder)]) == 0
    with safelight.open_workspace(folder) as house:
        banks.create_bank(house.engine, house.clock, house.actor, name="known")
    return folder


def _upload(workspace: Path, mebibytes: int, *, is_form: bool) -> None:
    temporary = workspace.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TMPDIR", str(temporary))
        environment.setenv("SAFELIGHT_LOG_LEVEL", "error")
        environment.setenv("SAFELIGHT_REQUEST_SILENCE_SECONDS", "600")  # nothing is sent while files are looked at
        secret = process.make_key(workspace, f"uploads-{mebibytes}-{is_form}", "admin")
        with process.serving(workspace) as (running, client):
            client.headers.update(process.bearer(secret))
            upload = Upload(blocks=mebibytes, looked_in=[workspace, temporary], pid=running.pid)
            _list(workspace, client, upload.digest())
            _send(client, upload, is_form=is_form)


def _list(workspace: Path, client: httpx2.Client, digest: bytes) -> None:
    """Put the media on a list, and wait until the service follows."""
    with safelight.open_workspace(workspace) as house:
        entry = NewEntry(signal_type="md5", value=digest)
        banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=[entry])
    asked = {"signals": [{"type": "md5", "value": digest.hex()}]}
    deadline = time.monotonic() + 10
    while client.post("/api/v1/lookup", json=asked).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _send(client: httpx2.Client, upload: Upload, *, is_form: bool) -> None:
    Path(f"/proc/{upload.pid}/clear_refs").write_text("5")  # what was the most until now is forgotten
    before, began_at = hostile.memory_kib(upload.pid), time.monotonic()
    answer = client.post("/api/v1/scan", content=_body(upload, is_form=is_form), headers=_headers(is_form), timeout=600)
    taken = time.monotonic() - began_at - upload.looking_s
    more = hostile.memory_kib(upload.pid, "VmHWM") - before
    told = answer.json()
    assert (answer.status_code, told.get("verdict"), told.get("kept")) == (200, "exact", "evidence"), told
    upload.require_hidden()
    assert upload.looks >= 4
    assert more < MOST_MORE_KIB, f"{more} KiB more"
    kind = "in a form" if is_form else "as they are"
    print(f"{upload.blocks} MiB {kind}: {taken:.1f} s without the looks at files, {more / 1024:.0f} MiB more memory")


def _body(upload: Upload, *, is_form: bool) -> Iterator[bytes]:
    if is_form:
        yield BEFORE
    yield from upload.stream()
    if is_form:
        yield AFTER


def _headers(is_form: bool) -> dict[str, str]:
    return {"Content-Type": "multipart/form-data; boundary=b"} if is_form else {}


def test_a_mark_in_the_clear_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "clear").write_bytes(bytes((4 << 20) - 10) + MARK)
    upload = Upload(blocks=1, looked_in=[tmp_path], pid=os.getpid())
    with pytest.raises(AssertionError):
        upload.require_hidden()
    with (tmp_path / "clear").open("rb"):
        (tmp_path / "clear").unlink()
        with pytest.raises(AssertionError):
            upload.require_hidden()
    upload.require_hidden()


def test_an_upload_stays_in_bounded_memory_and_hidden(workspace: Path) -> None:
    _upload(workspace, 64, is_form=True)


@pytest.mark.long
@pytest.mark.parametrize("is_form", [False, True], ids=["as it is", "in a form"])
def test_two_gigabytes_stay_in_bounded_memory_and_hidden(workspace: Path, is_form: bool) -> None:
    _upload(workspace, 2048, is_form=is_form)
