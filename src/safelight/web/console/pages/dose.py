"""One's own dose: days and pictures, which nobody else is shown, categories that one opts out of, and own limits."""

from typing import Any

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotAllowed
from safelight.flow.review import dose
from safelight.review.exposure import queries
from safelight.review.exposure.level import Level
from safelight.review.flag import Category
from safelight.web.console.door import Door, Who
from safelight.web.console.pages.budget_lines import budget_lines
from safelight.web.console.pages.day import own_figures
from safelight.web.console.pages.limits_form import limits_of, read_limits
from safelight.web.console.paging import ROWS, list_page, read_after
from safelight.web.console.visit import Visit

_CATEGORIES = tuple(each.value for each in Category if each is not Category.UNKNOWN)


def add_dose(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/dose", Who.SIGNED_IN)
    def show_dose(visit: Visit) -> Response:
        own, person_id = own_figures(visit), visit.here.person.id
        with read(visit.engine) as tx:
            days = queries.days_of(tx, visit.clock, visit.review.limits, person_id)
            lifts = queries.own_lifts(tx, person_id)
        now = visit.clock.now()
        lines, levels = budget_lines(own, now), [level for level in Level if level.has_pixels]
        return visit.see("dose.html", own=own, lines=lines, days=days, lifts=lifts, levels=levels, now=now)

    @door.page("GET", "/dose/exposures", Who.SIGNED_IN)
    def list_exposures(visit: Visit) -> Response:
        after = read_after(visit.request)
        with read(visit.engine) as tx:
            found = queries.page_own(tx, visit.here.person.id, after_id=after, limit=ROWS + 1)
        listing = list_page(visit.request, found, number_of=lambda exposure: exposure.id)
        return visit.see("exposures.html", listing=listing)

    @door.page("GET", "/dose/categories", Who.SIGNED_IN)
    def show_categories(visit: Visit) -> Response:
        return visit.see("categories.html", **_categories(visit))

    @door.page("POST", "/dose/categories", Who.SIGNED_IN)
    def choose_category(visit: Visit) -> Response:
        category, is_out = visit.form.text("category"), visit.form.text("out") == "on"
        try:
            dose.set_opted_out(visit.engine, visit.actor, category, is_out=is_out)
        except InvalidValue as error:
            return visit.see_fault("categories.html", "category", error, **_categories(visit))
        return visit.go("/dose/categories", "dose.opted_out" if is_out else "dose.opted_in")

    @door.page("GET", "/dose/limits", Who.SIGNED_IN)
    def show_own_limits(visit: Visit) -> Response:
        return visit.see("own_limits.html", **limits_of(visit, visit.here.person))

    @door.page("POST", "/dose/limits", Who.SIGNED_IN)
    def set_own_limits(visit: Visit) -> Response:
        person, house = visit.here.person, visit.review.limits
        try:
            own, reason = read_limits(visit.form), visit.form.text("reason")
            dose.set_limits(visit.engine, visit.clock, visit.actor, person.name, own, house=house, reason=reason)
        except (InvalidValue, NotAllowed) as error:
            return visit.see_fault("own_limits.html", "limits", error, **limits_of(visit, person))
        return visit.go("/dose", "dose.limits_set")


def _categories(visit: Visit) -> dict[str, Any]:
    with read(visit.engine) as tx:
        out = queries.opted_out_by(tx, visit.here.person.id)
    return {"known": _CATEGORIES, "out": out, "rows": [*_CATEGORIES, *sorted(out - set(_CATEGORIES))]}
