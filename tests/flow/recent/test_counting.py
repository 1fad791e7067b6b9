"""What matches later is counted for the flood guard, once, and before any case is opened."""

from dataclasses import replace

from safelight.banks import queries as bank_queries
from safelight.banks.flood import FloodRule
from safelight.database.transaction import read
from safelight.flow.banks import controls
from safelight.flow.recent.counting import entries_of


def test_an_entry_that_would_flood_is_in_quarantine_before_it_opens_any_case(town, picture, value) -> None:
    town.rule = FloodRule(minimum=5, first_day_minimum=5)
    common = picture(1)
    town.keep(*(replace(common, content_id=f"post {n}", subject_id=f"account {n}") for n in range(10, 17)), picture(2))
    town.add("alpha", value(1, "md5"), value(2, "md5"), kind="md5")
    town.work()
    assert [item.content_id for item in town.items()] == ["post 2"]
    assert len(town.kept()) == 7
    assert any("quarantine" in said for said in town.said)
    entry = town.entry("alpha")
    with read(town.engine) as tx:
        assert [control.entry_id for control in bank_queries.quarantined_entries(tx)] == [entry]
    town.work()  # the quarantine itself is a change, and counts nothing twice
    controls.release_entry(*town.who, entry_id=entry, reason="it is right")
    town.work()
    assert len(town.items()) == 8


def test_media_counts_for_all_that_it_matches_and_for_what_is_in_quarantine(town, picture, value) -> None:
    town.rule = FloodRule(minimum=1, first_day_minimum=1)
    town.keep(picture(1))
    town.add("alpha", value(1, "md5"), kind="md5")
    town.add("alpha", value(1, "sha1"), kind="sha1")
    assert entries_of(town.scan(picture(1))) == {town.entry("alpha"), town.entry("alpha", 1)}
    town.work()
    found = town.scan(picture(1))
    assert found.matches == ()
    assert entries_of(found) == {town.entry("alpha"), town.entry("alpha", 1)}
