"""A damaged document differs in one place, which its path names, and no judge takes it."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from lxml import etree

from safelight.reporting.destinations.ncmec.writing import write_report
from safelight.testing.authority import Refused, judge_report
from safelight.testing.ncmec_damage import damages, places_of
from safelight.testing.ncmec_plain_reports import plain_reports

NOW = datetime(2026, 11, 23, 12, 30, 15, tzinfo=UTC)
EVERY_DAMAGE = {
    "comes after what follows it",
    "comes twice",
    "has a stranger before it",
    "has an attribute of nobody",
    "has not its form",
    "is missing",
    "is more than there may be",
    "is neither yes nor no",
    "is no date",
    "is no number",
    "is no such word",
    "is too long",
}


def test_every_value_has_its_place_with_the_path_that_leads_to_it() -> None:
    report = plain_reports(3).report()
    root = etree.fromstring(write_report(report, "https://x.example/xsd"))
    places = [*places_of(report, root, "report")]
    assert len(places) > 20
    for place in places:
        found = root.getroottree().getpath(place.element).removeprefix("/")
        steps = [step.partition("[")[0] for step in place.path.split("/") if not step.startswith("@")]
        assert [step.partition("[")[0] for step in found.split("/")] == steps


def test_every_damage_is_refused_and_each_kind_of_it_is_done() -> None:
    done: Counter[str] = Counter()
    made = plain_reports(5, fullness=60)
    report = made.report()
    xml = write_report(report, "https://x.example/xsd")
    judge_report(xml, NOW)
    every = damages(report, xml)
    step = max(1, len(every) // 120)
    for damage in every[::step]:
        damaged = damage()
        done[damaged.how] += 1
        with pytest.raises(Refused):
            judge_report(damaged.xml, NOW)
    assert set(done) <= EVERY_DAMAGE
    assert len(done) >= 9
    judge_report(xml, NOW)
