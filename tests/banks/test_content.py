from dataclasses import replace
from datetime import UTC, datetime

from safelight.banks.batch import Origin
from safelight.banks.content import (
    Content,
    batch_named,
    content_key,
    content_of,
    entry_named,
    number_of,
    number_of_batch,
)
from safelight.banks.entry import Entry, EntryKey, Provenance
from safelight.roles import Actor, ActorKind

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ENTRY = Entry(
    id=7,
    bank_id=1,
    signal_type="pdq",
    value=bytes(32),
    label=None,
    label_scheme=None,
    key=content_key("here", 5, "post 9"),
    note=None,
    provenance=Provenance(
        origin=Origin(name="hma", format="content").name,
        format="content",
        line=None,
        added_at=NOW,
        added_by=Actor(kind=ActorKind.SERVICE, name="client"),
    ),
    disabled=False,
    disabled_until=None,
)


def test_entries_that_were_added_together_have_one_number_and_others_one_each() -> None:
    other = replace(ENTRY, id=8, signal_type="md5")
    listed = replace(ENTRY, id=8, key=None)
    assert number_of(ENTRY, "here") == number_of(other, "here") == number_of_batch(5)
    assert number_of(listed, "here") == 17


def test_a_number_says_whether_it_is_of_a_batch_or_of_an_entry() -> None:
    assert batch_named(number_of_batch(5)) == 5
    assert batch_named(17) is None
    assert entry_named(17) == 8


def test_an_entry_that_came_from_another_installation_is_a_content_of_its_own() -> None:
    assert number_of(ENTRY, "elsewhere") == 2 * ENTRY.id + 1


def test_a_key_of_our_source_that_holds_no_number_makes_a_content_of_its_own() -> None:
    odd = replace(ENTRY, key=EntryKey(source="hma", environment="here", issuer="", entry_id="x"))
    assert number_of(odd, "here") == 2 * ENTRY.id + 1


def test_a_content_is_found_only_among_the_entries_of_its_own_bank_and_number() -> None:
    found = content_of(10, [ENTRY, replace(ENTRY, id=8, key=None)], 1, "here")
    assert found == Content(number=10, entries=(ENTRY,))
    assert content_of(10, [ENTRY], 2, "here") is None
    assert content_of(12, [ENTRY], 1, "here") is None


def test_a_content_knows_its_clients_id_and_note_and_whether_it_is_off() -> None:
    content = Content(number=10, entries=(replace(ENTRY, note="seen twice"),))
    assert (content.platform_id, content.note) == ("post 9", "seen twice")
    assert not content.is_disabled(NOW)
    assert Content(number=10, entries=(replace(ENTRY, disabled=True),)).is_disabled(NOW)


def test_the_key_of_an_entry_of_a_list_is_not_taken_for_a_clients_id() -> None:
    listed = replace(ENTRY, key=EntryKey(source="ncmec", environment="", issuer="1", entry_id="a b"))
    assert Content(number=15, entries=(listed,)).platform_id == ""
