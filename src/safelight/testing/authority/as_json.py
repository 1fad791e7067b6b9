"""Records of the fake as JSON, for the control address."""

from dataclasses import asdict
from typing import Any

from safelight.testing.authority.faults.plan import Scripted
from safelight.testing.authority.findings import Orphan
from safelight.testing.authority.state.calls import CallMade
from safelight.testing.authority.state.report import SentFile, SentReport


def report_as_json(report: SentReport) -> dict[str, Any]:
    """Return a report with its XML as it came, and its files in their order."""
    return {
        "report_id": report.report_id,
        "user": report.user,
        "state": str(report.state),
        "opened_at": report.opened_at.isoformat(),
        "changed_at": report.changed_at.isoformat(),
        "ended_at": report.ended_at.isoformat() if report.ended_at else None,
        "expires_at": report.expires_at.isoformat(),
        "xml": report.xml.decode(),
        "files": [_file_as_json(each) for each in report.files],
    }


def orphan_as_json(orphan: Orphan) -> dict[str, Any]:
    """Return an open report."""
    return {
        "report_id": orphan.report_id,
        "files": orphan.files,
        "opened_at": orphan.opened_at.isoformat(),
        "expires_at": orphan.expires_at.isoformat(),
        "age_seconds": orphan.age.total_seconds(),
    }


def call_as_json(made: CallMade) -> dict[str, Any]:
    """Return a call that came."""
    return asdict(made) | {"at": made.at.isoformat()}


def scripted_as_json(line: Scripted) -> dict[str, Any]:
    """Return a line of the script."""
    return {"call": line.call, "fault": line.name, "times": line.times, "skip": line.skip}


def _file_as_json(file: SentFile) -> dict[str, Any]:
    return {
        "file_id": file.file_id,
        "md5": file.md5,
        "sha256": file.sha256,
        "size_bytes": file.size_bytes,
        "uploaded_at": file.uploaded_at.isoformat(),
        "details": [each.decode() for each in file.details],
    }
