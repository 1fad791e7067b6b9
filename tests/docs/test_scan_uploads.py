"""The upload view of the documentation works against a service that runs."""

import importlib.util
import io
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import safelight
from safelight.banks.entry import NewEntry
from safelight.cli.main import main
from safelight.flow.banks import edits as banks
from safelight.testing.synthetic import paint, paint_pixels

_ROOT = Path(__file__).parents[2]
_PROCESS = _ROOT / "tests" / "journeys" / "serving_process.py"
_SPEC = importlib.util.spec_from_file_location("serving_process", _PROCESS)
assert _SPEC is not None
assert _SPEC.loader is not None
process = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(process)


def _picture(seed: int) -> bytes:
    buffer = io.BytesIO()
    paint(seed, width=200, height=160).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    import pyrage

    workspace = tmp_path / "workspace"
    to = str(pyrage.x25519.Identity.generate().to_public())
    for words in (["init"], ["key", "create", "-w"], ["key", "export", str(tmp_path / "keys.age"), "--to", to, "-w"]):
        assert main([*words, str(workspace)]) == 0
    with safelight.open_workspace(workspace) as house:
        banks.create_bank(house.engine, house.clock, house.actor, name="known")
        value = safelight.hash_rgb(paint_pixels(3, width=200, height=160)).value
        entry = NewEntry(signal_type="pdq", value=value)
        banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=[entry])
    return workspace


def test_the_upload_view_withholds_publishes_and_holds_back(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (_ROOT / "docs" / "how-to" / "scan-uploads.md").read_text()
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.setenv("SCAN_KEY", process.make_key(workspace, "uploads", "service"))
    with process.serving(workspace) as (served, _):
        monkeypatch.setenv("SCAN_ADDRESS", served.addresses[0])
        names: dict[str, object] = {}
        exec(compile(example, "scan-uploads.md", "exec"), names)
        uploads = TestClient(names["app"])  # type: ignore[arg-type]
        told = {
            kind: uploads.post("/upload/account-1", content=media, headers={"X-Upload-Id": kind}).json()["state"]
            for kind, media in (("listed", _picture(3)), ("other", _picture(4)), ("broken", b"no picture at all"))
        }
        again = uploads.post("/upload/account-1", content=_picture(3), headers={"X-Upload-Id": "listed"}).json()
        names["safelight"].close()  # type: ignore[attr-defined]
    assert told == {"listed": "withheld", "other": "published", "broken": "waiting"}
    assert again["state"] == "withheld"
