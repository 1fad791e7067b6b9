from datetime import UTC, datetime

import pytest

from safelight.banks.entry import EntryKey
from safelight.banks.fields import Given, entry_of
from safelight.errors import InvalidValue

MD5 = "ab" * 16


def test_a_list_may_say_once_what_holds_for_all_its_entries() -> None:
    given = Given(signal_type="md5", label="A1", label_scheme="ncmec", source="s", environment="e", issuer="i")
    entry = entry_of({"value": MD5, "entry_id": "7", "issuer": ""}, given, line=3)
    assert (entry.signal_type, entry.label, entry.label_scheme, entry.line) == ("md5", "A1", "ncmec", 3)
    assert entry.key == EntryKey(source="s", environment="e", issuer="i", entry_id="7")


def test_what_an_entry_says_itself_goes_before_what_the_list_says() -> None:
    given = Given(signal_type="sha1", label="A1", issuer="i")
    entry = entry_of({"value": MD5, "signal_type": "md5", "label": "B2", "entry_id": "7", "issuer": "j"}, given, line=1)
    assert (entry.signal_type, entry.label) == ("md5", "B2")
    assert entry.key is not None
    assert entry.key.issuer == "j"


def test_without_an_entry_id_there_is_no_key() -> None:
    assert entry_of({"value": MD5, "source": "s"}, Given(), line=1).key is None


def test_disabled_until_a_time_means_disabled() -> None:
    entry = entry_of({"value": MD5, "disabled_until": "2027-01-31T12:00:00+00:00"}, Given(), line=1)
    assert entry.is_disabled
    assert entry.disabled_until == datetime(2027, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "fault",
    [{"value": ""}, {"disabled": "perhaps"}, {"disabled_until": "tomorrow"}, {"disabled_until": "2027-01-31 12:00"}],
)
def test_texts_that_mean_nothing_are_refused(fault: dict[str, str]) -> None:
    with pytest.raises(InvalidValue):
        entry_of({"value": MD5} | fault, Given(), line=1)
