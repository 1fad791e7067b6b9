"""Whatever is asked, the answer is one that the OpenAPI document tells of, and no fault of ours."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

_SEED = "20261128"
_CHECKS = (
    "no_fault_of_ours",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "ignored_auth",
)
"""`ignored_auth` asks each route without a key too, and with a wrong one."""


def _document(served: Any) -> dict[str, Any]:
    """Return the document, with what is there as examples of what may be asked."""
    document = httpx2.get(f"{served.url}/openapi.json").json()
    for path in document["paths"].values():
        for told in path.values():
            for parameter in told.get("parameters", ()):
                if parameter["name"] in served.known:
                    parameter["example"] = served.known[parameter["name"]]
    return document


def _ask_anything(served: Any, folder: Path, *more: str, hooks: str) -> None:
    """Run schemathesis on every route that the document tells of, and fail with its report."""
    document = folder / "openapi.json"
    document.write_text(json.dumps(_document(served)))
    command = [
        *(str(Path(sys.executable).parent / "schemathesis"), "run", str(document), "--url", served.url),
        *("--header", f"Authorization: Bearer {served.secret}", "--checks", ",".join(_CHECKS)),
        *("--seed", _SEED, "--no-shrink", "--no-color", "--warnings", "off", *more),
    ]
    extended = {"SCHEMATHESIS_HOOKS": hooks, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run(command, cwd=folder, env=os.environ | extended, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    print(done.stdout)


@pytest.mark.parametrize("served", ["postgresql"], indirect=True)
def test_answers_are_those_that_the_document_tells_of(served: Any, tmp_path: Path) -> None:
    """PostgreSQL alone: it is the stricter one about what it takes. Of the values at bounds, those that are new."""
    phases = "examples,coverage,fuzzing"
    _ask_anything(served, tmp_path, "--max-examples", "1", "--phases", phases, hooks="sampling")


@pytest.mark.long
def test_thousands_of_answers_are_those_that_the_document_tells_of(served: Any, tmp_path: Path) -> None:
    _ask_anything(served, tmp_path, "--max-examples", "300", hooks="faults")
