"""The condition of a process is told, also where it is bad."""

from safelight.app.service import open_service
from safelight.errors import DatabaseUnusable
from safelight.web.authentication import Authentication
from safelight.web.console.condition import Wellness, read_condition
from safelight.web.console.texts import all_texts
from safelight.web.host import open_host


def test_every_figure_is_told_and_has_its_text(house, monkeypatch) -> None:
    with house, open_service(house, lambda _: None) as service:
        host = open_host(service, Authentication(service.gate))
        figures = {figure.name: figure for figure in read_condition(host)}
        assert figures["banks"].value == "2"
        assert figures["keys"].value == "1"
        assert {figure.wellness for figure in figures.values()} == {Wellness.WELL, Wellness.PLAIN}
        assert all(f"health.figure.{name}" in all_texts()["en"] for name in figures)

        def broken(_engine):
            raise DatabaseUnusable("It does not answer.")

        monkeypatch.setattr("safelight.web.console.condition.read", broken)
        unwell = {figure.name: figure.code for figure in read_condition(host) if figure.wellness is Wellness.UNWELL}
        assert unwell == dict.fromkeys(("database", "jobs_dead", "audit"), "database_unusable")
