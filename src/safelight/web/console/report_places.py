"""Places: where on which page of a report a path of its form is filled in."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from safelight.reporting.destinations.interface import Form
from safelight.reporting.form.editing import add_at
from safelight.reporting.form.slot import slots_of
from safelight.reporting.paper import Paper
from safelight.web.console.report_view import ReportView

REPORT = "report"
"""What paths of what a report says begin with. Those of its files begin with a name of theirs, and a number."""

_FILE = re.compile(r"[A-Za-z]{1,50}(?:\[(?P<place>[1-9][0-9]{0,3})\])?(?:/|$)")
FILE = "file"
"""What paths of what is said of a file begin with here. Each form has a word of its own in its faults."""


def file_path(path: str, root: str) -> str:
    """Return a path of a file's form as it is here: with this root in the place of the form's own word."""
    _, slash, rest = path.partition("/")
    return f"{root}{slash}{rest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Leads from paths of a report's form to where they are filled in."""

    report_id: int
    form: Form | None
    paper: Paper | None

    @classmethod
    def of(cls, view: ReportView) -> "Places":
        """Return the places of a report that is shown."""
        form = None if view.destination is None else view.destination.form
        return cls(report_id=view.report.id, form=form, paper=view.paper)

    def address(self, path: str) -> str | None:
        """Return the address at which a path is filled in; None for what is nobody's to fill in."""
        if self.form is None or self.paper is None:
            return None
        if path.partition("/")[0] == REPORT:
            return self._at(f"/reports/{self.report_id}/edit", self.form.report, self.paper.report, REPORT, path)
        found = _FILE.match(path)
        number = int(found["place"] or 1) if found and (found["place"] or "/" in path) else 0
        if not 1 <= number <= len(self.paper.files):
            return None
        file = self.paper.files[number - 1]
        page = f"/reports/{self.report_id}/files/{file.evidence_id}/edit"
        if self._is_of_house(path):
            return None
        return self._at(page, self.form.file, file.details, FILE, file_path(path, FILE))

    def _is_of_house(self, path: str) -> bool:
        """Whether this house fills a field in by itself, so that nobody writes it."""
        fields = () if self.form is None else slots_of(self.form.file)
        house = {each.name for each in fields if self.form and each.field in self.form.house_fields}
        return path.rpartition("/")[2] in house

    def _at(self, page: str, kind: type[Any], tree: Any, root: str, path: str) -> str:
        _, place = add_at(kind, tree, root, path)
        return f"{page}?open={quote(path, safe='')}#{quote(place, safe='')}"
