"""Who was told what could show a way past a list is on record, without any value."""

from safelight.audit.queries import page_entries
from safelight.database.transaction import read
from safelight.flow.disclosures import note_explained, note_item_explained, note_near_misses, note_values_shown
from safelight.roles import Actor, ActorKind

KEY = Actor(kind=ActorKind.SERVICE, name="shop", key_id=7)


def test_each_disclosure_is_an_entry_that_says_who_and_of_what(engine, clock, actor) -> None:
    note_values_shown(engine, clock, KEY, bank_id=3, count=100)
    note_near_misses(engine, clock, KEY, signals=2)
    note_explained(engine, clock, KEY, entry_id=9)
    note_explained(engine, clock, actor, entry_id=None)
    with read(engine) as tx:
        told = [(each.verb, each.actor.name, each.target, dict(each.details or {})) for each in page_entries(tx)]
    assert told == [
        ("show_values", "shop", "bank:3", {"values": 100}),
        ("show_near_misses", "shop", "api_key:7", {"signals": 2}),
        ("explain_match", "shop", "entry:9", {}),
        ("explain_match", "tester", "actor:tester", {}),
    ]


def test_distances_of_something_in_a_case_are_noted_and_none_are_not(engine, clock, actor) -> None:
    for distances in (0, 2):
        note_item_explained(engine, clock, actor, case_id=7, item_id=3, distances=distances)
    with read(engine) as tx:
        (entry,) = page_entries(tx)
    assert (entry.verb, entry.target, entry.details) == ("explain_match", "case:7", {"item": 3, "distances": 2})
