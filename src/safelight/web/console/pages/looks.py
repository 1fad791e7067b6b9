"""How the console looks to somebody, and the map of its keys."""

from datetime import timedelta

from starlette.responses import Response

from safelight.web.console.door import Door, Who
from safelight.web.console.look import Look, Theme
from safelight.web.console.navigation import WAYS
from safelight.web.console.ruling_form import FINDING_KEYS
from safelight.web.console.visit import LOOK, Visit

_KEPT = timedelta(days=365)


def add_looks(door: Door) -> None:
    """Add the pages; they are for visitors too, and are kept by the browser alone."""

    @door.page("GET", "/look", Who.ANYBODY)
    def show_look(visit: Visit) -> Response:
        languages = {tag: texts("language.name") for tag, texts in visit.console.texts.items()}
        return visit.see("look.html", languages=languages, themes=list(Theme), next=visit.next_path())

    @door.page("POST", "/look", Who.ANYBODY)
    def choose_look(visit: Visit) -> Response:
        language, theme = visit.form.text("language"), visit.form.text("theme")
        look = Look(
            language=language if language in visit.console.texts else None,
            theme=Theme(theme) if theme in set(Theme) else Theme.SYSTEM,
            has_keys=visit.form.text("keys") == "on",
        )
        response = visit.go(visit.next_path(), "look.kept")
        kept_s = int(_KEPT.total_seconds())
        visit.console.cookies.put(response, LOOK, look.written(), max_age_s=kept_s)
        return response

    @door.page("GET", "/keys", Who.ANYBODY)
    def show_keys(visit: Visit) -> Response:
        return visit.see("keys.html", all_ways=WAYS if visit.is_signed_in else (), findings=FINDING_KEYS)
