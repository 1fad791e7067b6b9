"""Telling: what goes between a paper and its package, as JSON: what opens one, what is said of a file, the report."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from safelight.intake.media import Answer
from safelight.reporting.destinations.package.model.file import ReportedFile
from safelight.reporting.destinations.package.model.report import PackageReport
from safelight.reporting.destinations.package.setup import PackageSetup
from safelight.reporting.destinations.package.sheet.writing import SheetFile
from safelight.reporting.form.tree import from_tree, to_tree
from safelight.review.exposure.viewing import Viewed

FORMAT = "safelight report 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What opens a package: our own mark, what is said, and the evidence that goes with it, in its order."""

    mark: str
    report: PackageReport = field(repr=False)
    evidence_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is said of a file that is in a package."""

    package: str
    file_id: str
    evidence_id: str
    record: ReportedFile = field(repr=False)
    viewed: Viewed


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A file in a package: its evidence, its name there, and what its bytes were."""

    evidence_id: str
    part: str
    size_bytes: int
    md5: str = field(repr=False)
    sha1: str = field(repr=False)
    sha256: str = field(repr=False)


def opening_bytes(opening: Opening) -> bytes:
    """Return what opens a package as JSON: the same gives the same bytes."""
    return _json({"mark": opening.mark, "report": to_tree(opening.report), "files": list(opening.evidence_ids)})


def read_opening(data: bytes) -> Opening:
    """Return what opens a package. It was checked before it was written: what is wrong here is a `ValueError`."""
    told = json.loads(data)
    report = from_tree(PackageReport, told["report"], "report").record
    if report is None:
        raise ValueError("this was not written by opening_bytes")
    return Opening(mark=told["mark"], report=report, evidence_ids=tuple(told["files"]))


def description_bytes(description: Description) -> bytes:
    """Return what is said of a file as JSON."""
    return _json(
        {
            "package": description.package,
            "file": description.file_id,
            "evidence": description.evidence_id,
            "details": to_tree(description.record),
            "viewed": {"answer": description.viewed.answer.value, "sentence": description.viewed.sentence},
        }
    )


def read_description(data: bytes) -> Description:
    """Return what is said of a file. What is wrong here is a `ValueError`."""
    told = json.loads(data)
    record = from_tree(ReportedFile, told["details"], "file").record
    if record is None:
        raise ValueError("this was not written by description_bytes")
    viewed = Viewed(answer=Answer(told["viewed"]["answer"]), sentence=told["viewed"]["sentence"])
    return Description(
        package=told["package"], file_id=told["file"], evidence_id=told["evidence"], record=record, viewed=viewed
    )


def sheet_file(packed: Packed, description: Description) -> SheetFile:
    """Return a file as the sheet tells of it."""
    return SheetFile(
        part=packed.part,
        record=description.record,
        size_bytes=packed.size_bytes,
        md5=packed.md5,
        sha1=packed.sha1,
        sha256=packed.sha256,
        answer=description.viewed.answer.value,
        sentence=description.viewed.sentence,
    )


def report_json(setup: PackageSetup, name: str, opening: Opening, files: Sequence[SheetFile]) -> bytes:
    """Return the report of a package for programs: all that the sheet says, and the exact characters."""
    told = {
        "format": FORMAT,
        "package": name,
        "mark": opening.mark,
        "isTest": setup.is_test,
        "recipient": {"name": setup.recipient_name},
        "sender": {"organisation": setup.organisation, "contact": setup.contact},
        "report": to_tree(opening.report),
        "files": [_file_tree(each) for each in files],
    }
    return json.dumps(told, indent=2, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _file_tree(file: SheetFile) -> Mapping[str, Any]:
    return {
        "part": file.part,
        "sizeBytes": file.size_bytes,
        "md5": file.md5,
        "sha1": file.sha1,
        "sha256": file.sha256,
        "viewed": {"answer": file.answer, "sentence": file.sentence},
        "details": to_tree(file.record),
    }


def _json(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
