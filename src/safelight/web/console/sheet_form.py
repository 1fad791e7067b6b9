"""The form that a sheet is on a page: which part of a report it is of, and what somebody wrote into it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from safelight.errors import InvalidValue
from safelight.reporting.destinations.interface import Form as ReportForm
from safelight.reporting.form.editing import Filled, add_at, read_sheet
from safelight.reporting.form.fault import Fault
from safelight.reporting.form.sheet import Group, sheet_of
from safelight.reporting.form.tree import Tree
from safelight.reporting.paper import Paper, paper_bytes
from safelight.web.console.form import Form
from safelight.web.console.report_places import FILE, REPORT, file_path

MOST_OPENED = 200
HAS, WAS, WHOLE, ADD, WHAT, REMOVE = "has", "was", "whole", "add", "what:", "remove"
"""The names of what a form says beside the fields of its sheet: these are paths, and have a `/` in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a paper that is written by itself: what the report says, or what is said of one file."""

    paper: Paper = field(repr=False)
    form: ReportForm
    evidence_id: str = ""

    @property
    def root(self) -> str:
        """What the paths of its fields begin with: whichever files go along, so that no word loses its place."""
        return FILE if self.evidence_id else REPORT

    @property
    def place(self) -> int:
        """Which file it is of, counted from 1; 0 for what the report says."""
        return self.paper.evidence_ids.index(self.evidence_id) + 1 if self.evidence_id else 0

    @property
    def kind(self) -> type[Any]:
        """The record that it is."""
        return self.form.file if self.evidence_id else self.form.report

    @property
    def without(self) -> frozenset[str]:
        """The fields that nobody writes."""
        return self.form.house_fields if self.evidence_id else frozenset()

    @property
    def tree(self) -> Tree:
        """What it says."""
        return self.paper.file_of(self.evidence_id).details if self.evidence_id else self.paper.report

    def written(self, tree: Tree) -> Paper:
        """Return the paper with another tree in its place."""
        if not self.evidence_id:
            return replace(self.paper, report=tree)
        files = (
            replace(each, details=tree) if each.evidence_id == self.evidence_id else each for each in self.paper.files
        )
        return replace(self.paper, files=tuple(files))

    def sheet(self, tree: Tree, opened: Sequence[str] = ()) -> Group:
        """Return the sheet of a tree, with what is to be opened of it. Raises `InvalidValue` for paths elsewhere."""
        places = []
        for path in opened[:MOST_OPENED]:
            tree, place = add_at(self.kind, tree, self.root, path)
            places.append(place)
        return sheet_of(self.kind, tree, self.root, opened=places, without=self.without)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote. `opens` is the path of a field that they want to fill in next, "" for none."""

    tree: Tree = field(repr=False)
    opens: str
    was: str


def read_written(part: Part, form: Form) -> Written:
    """Return what a form says of a part. Raises `InvalidValue` for one that did not come whole."""
    if not form.text(WHOLE):
        raise InvalidValue("The form did not come whole, and nothing was saved. Go back, and send it again.")
    texts = {name: values for name, values in form.values.items() if "/" in name and not name.startswith(WHAT)}
    filled = Filled(texts=texts, records=frozenset(form.texts(HAS)))
    if taken := form.text(REMOVE):
        filled = filled.without(taken)
    tree: Tree = read_sheet(part.kind, filled, part.root, was=part.tree, without=part.without)
    opens = ""
    if (group := form.text(ADD)) and (what := form.text(f"{WHAT}{group}")):
        tree, opens = add_at(part.kind, tree, part.root, f"{group}/{what}")
    return Written(tree=tree, opens=opens, was=form.text(WAS))


def digest_of(paper: Paper) -> str:
    """Return what tells one state of a paper from another."""
    return hashlib.sha256(paper_bytes(paper)).hexdigest()


def told_faults(part: Part, faults: Sequence[Fault]) -> Mapping[str, list[str]]:
    """Return the sentences of the faults of a part, by their paths as they are on its sheet."""
    told: dict[str, list[str]] = {}
    for each in faults:
        first = each.path.partition("/")[0]
        is_here = first.endswith(f"[{part.place}]") if part.place else first == REPORT
        if is_here:
            told.setdefault(file_path(each.path, part.root), []).append(each.sentence)
    return told


def stored_beside(mine: Group, stored: Group) -> tuple[Mapping[str, str], list[tuple[str, str]]]:
    """Return what is stored where something else was written, by its field, and what is stored and not written."""
    here = {box.field: box for box in mine.all_boxes()}
    beside, missing = {}, []
    for box in stored.all_boxes():
        if box.field not in here:
            missing += [(box.path, ", ".join(box.values))] if box.is_filled else []
        elif here[box.field].values != box.values:
            beside[box.field] = ", ".join(box.values)
    return beside, missing
