"""Papers: what a report says, in the form of its destination. A draft's may be incomplete, and wrong in places."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from safelight.errors import InvalidValue
from safelight.intake.media import Answer
from safelight.reporting.form.tree import Tree

MOST_PAPER_BYTES = 8 << 20
"""The longest paper, without the bytes of its files."""

MOST_FILES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFile:
    """One file that goes with a report: evidence, and what is said of it.

    `viewed_before_intake` is what the platform said when it came, for the answer to whether it was viewed: that comes
    from what was shown, as it stands when the report is sent, and is nothing that anybody writes.
    """

    evidence_id: str
    viewed_before_intake: Answer = Answer.UNKNOWN
    details: Tree = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a report says. `form` names the destination's form and its version; the trees are as that form has them."""

    form: str
    report: Tree = field(repr=False)
    files: tuple[PaperFile, ...] = ()

    @property
    def evidence_ids(self) -> tuple[str, ...]:
        """The evidence that goes with it, in the order in which it is sent."""
        return tuple(each.evidence_id for each in self.files)

    def file_of(self, evidence_id: str) -> PaperFile:
        """Return the file that evidence is. Raises `InvalidValue` where it does not go with the report."""
        for each in self.files:
            if each.evidence_id == evidence_id:
                return each
        raise InvalidValue("No such file goes with the report. Nothing was done.")

    def without(self, evidence_id: str) -> "Paper":
        """Return the paper without a file. Raises `InvalidValue` as `file_of` does."""
        self.file_of(evidence_id)
        return replace(self, files=tuple(each for each in self.files if each.evidence_id != evidence_id))


def paper_bytes(paper: Paper) -> bytes:
    """Return a paper as JSON: the same paper gives the same bytes.

    Raises `InvalidValue` for one that `read_paper` would refuse: it is too long, has too many files, or one twice.
    """
    _require_files(paper)
    told = {
        "form": paper.form,
        "report": paper.report,
        "files": [
            {
                "evidenceId": each.evidence_id,
                "viewedBeforeIntake": each.viewed_before_intake.value,
                "details": each.details,
            }
            for each in paper.files
        ],
    }
    data = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    _require_length(data)
    return data


def read_paper(data: bytes) -> Paper:
    """Return the paper that JSON is. Raises `InvalidValue`, with nothing of what it says in it."""
    _require_length(data)
    try:
        told = json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        raise InvalidValue("What a report says is no JSON. Nothing was done.") from None
    form, report, files = (told.get(name) if isinstance(told, dict) else None for name in ("form", "report", "files"))
    if not isinstance(form, str) or not isinstance(report, dict) or not isinstance(files, list):
        raise InvalidValue('What a report says is an object with "form", "report" and "files". Nothing was done.')
    paper = Paper(form=form, report=report, files=tuple(map(_read_file, files)))
    _require_files(paper)
    return paper


def _read_file(told: object) -> PaperFile:
    if isinstance(told, Mapping):
        evidence_id, details = told.get("evidenceId"), told.get("details", {})
        viewed = told.get("viewedBeforeIntake", Answer.UNKNOWN.value)
        if isinstance(evidence_id, str) and isinstance(details, dict) and viewed in set(Answer):
            return PaperFile(evidence_id=evidence_id, viewed_before_intake=Answer(viewed), details=details)
    raise InvalidValue('A file of a report has "evidenceId", "viewedBeforeIntake" and "details". Nothing was done.')


def _require_files(paper: Paper) -> None:
    if len(paper.files) > MOST_FILES or len(set(paper.evidence_ids)) < len(paper.files):
        raise InvalidValue(f"A report has up to {MOST_FILES} files, each of them once. Nothing was done.")


def _require_length(data: bytes) -> None:
    if len(data) > MOST_PAPER_BYTES:
        raise InvalidValue(f"A report says {MOST_PAPER_BYTES >> 20} MiB at most, without its files. Nothing was done.")
