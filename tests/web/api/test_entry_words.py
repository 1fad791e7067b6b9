"""Entries are told with their state, and with their value only where that is asked for."""

from datetime import UTC, datetime, timedelta

from safelight.banks.control import EntryControl, Opinion
from safelight.banks.entry import Entry, EntryKey, Provenance
from safelight.banks.entry_fate import EntryFate
from safelight.banks.standing import EntryStanding
from safelight.roles import Actor, ActorKind
from safelight.web.api.entry_words import entry_tag, tell_control, tell_entry, tell_standing

AT = datetime(2026, 11, 28, tzinfo=UTC)
ADA = Actor(kind=ActorKind.PERSON, name="ada")


def _entry(until: datetime | None = None) -> Entry:
    return Entry(
        id=7,
        bank_id=1,
        signal_type="md5",
        value=b"\xab" * 16,
        label="A1",
        label_scheme="test",
        key=EntryKey(source="s", environment="e", issuer="i", entry_id="17"),
        note=None,
        provenance=Provenance(origin="list.csv", format="csv", line=3, added_at=AT, added_by=ADA),
        disabled=until is not None,
        disabled_until=until,
    )


def _standing(entry: Entry, control: EntryControl | None = None, gone_at: datetime | None = None) -> EntryStanding:
    fate = EntryFate(
        entry_id=7,
        bank_id=1,
        bank_name="known",
        bank_deleted_at=None,
        withdrawn_at=gone_at,
        replaced_at=None,
        replaced_by=None,
    )
    return EntryStanding(entry=entry, fate=fate, control=control)


def test_a_value_is_told_only_where_it_is_asked_for() -> None:
    assert tell_entry(_entry(), AT, shows_value=True)["value"] == "ab" * 16
    assert "ab" * 16 not in str(tell_standing(_standing(_entry()), AT, shows_value=False))


def test_an_entry_is_off_until_its_time_is_over() -> None:
    entry = _entry(until=AT + timedelta(days=1))
    assert tell_entry(entry, AT, shows_value=False)["is_disabled"] is True
    assert tell_entry(entry, AT + timedelta(days=2), shows_value=False)["is_disabled"] is False


def test_most_entries_have_nothing_set() -> None:
    assert set(tell_control(None).values()) == {None}
    control = EntryControl(entry_id=7, bank_id=1, opinion=Opinion.CONFIRMED, opinion_by=ADA, opinion_at=AT)
    assert (tell_control(control)["opinion"], tell_control(control)["opinion_by"]) == ("confirmed", "ada")


def test_a_tag_changes_with_whatever_can_be_changed() -> None:
    control = EntryControl(entry_id=7, bank_id=1, threshold=5)
    states = [
        _standing(_entry()),
        _standing(_entry(until=AT)),
        _standing(_entry(), control),
        _standing(_entry(), gone_at=AT),
    ]
    assert len({entry_tag(each) for each in states}) == 4
    assert entry_tag(states[0]) == entry_tag(_standing(_entry()))
