"""Complaints that come by letter or telephone, and cases that are opened by hand. No media is taken in here."""

from starlette.responses import Response

from safelight.errors import AlreadyExists, InvalidValue, NotFound, UsageError
from safelight.flow.review.flagging import flag
from safelight.flow.review.opening import open_by_hand
from safelight.review.flag import CameFrom, Category, NewFlag
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.form import Form
from safelight.web.console.moments import read_moment
from safelight.web.console.visit import Visit


def add_complaints(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/flags/add", Permission.FLAG_WRITE)
    def show_add_flag(visit: Visit) -> Response:
        return visit.see("flag_add.html", came_from=list(CameFrom), categories=list(Category))

    @door.page("POST", "/flags/add", Permission.FLAG_WRITE)
    def add_flag(visit: Visit) -> Response:
        try:
            flagged = flag(visit.review, _complaint(visit.form), subject_id=visit.form.text("subject_id").strip())
        except InvalidValue as error:
            lists = {"came_from": list(CameFrom), "categories": list(Category)}
            return visit.see_fault("flag_add.html", "subject_id", error, **lists)
        done = "complaints.opened" if flagged.is_new_case else "complaints.joined"
        return visit.go(f"/cases/{flagged.case_id}", done)

    @door.page("GET", "/cases/open", Permission.CASE_WRITE)
    def show_open_case(visit: Visit) -> Response:
        return visit.see("case_open.html")

    @door.page("POST", "/cases/open", Permission.CASE_WRITE)
    def open_case(visit: Visit) -> Response:
        subject, content, evidence = (
            visit.form.text(name).strip() for name in ("subject_id", "content_id", "evidence")
        )
        who, reason = visit.review, visit.form.text("reason")
        try:
            joined = open_by_hand(
                who, subject_id=subject, content_id=content, evidence_id=evidence or None, reason=reason
            )
        except InvalidValue as error:
            return visit.see_fault("case_open.html", "subject_id" if reason.strip() else "reason", error)
        except (NotFound, UsageError, AlreadyExists) as error:
            return visit.see_fault("case_open.html", "evidence", error)
        return visit.go(f"/cases/{joined.case_id}", "complaints.opened" if joined.is_new else "complaints.joined")


def _complaint(form: Form) -> NewFlag:
    """Return the complaint that was entered. Raises `InvalidValue`."""
    came_from, category = form.text("came_from"), form.text("category")
    return NewFlag(
        came_from=CameFrom(came_from) if came_from in set(CameFrom) else CameFrom.UNKNOWN,
        category=Category(category) if category in set(Category) else Category.UNKNOWN,
        content_id=form.text("content_id").strip(),
        complainant=form.text("complainant").strip(),
        place=form.text("place").strip(),
        words=form.text("words"),
        deadline_at=read_moment(form.text("deadline")),
    )
