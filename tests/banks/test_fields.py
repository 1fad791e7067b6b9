from datetime import UTC, datetime

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from safelight.banks.entry import EntryKey
from safelight.banks.fields import Given, block_of, entry_of
from safelight.banks.value import OpaqueText
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


TEXTS: dict[str, list[str]] = {
    "signal_type": ["", "md5", "MD5", "sha-1", "pdq", "photodna", "a b"],
    "value": [MD5, f" {MD5} ", "cd" * 20, "ef" * 32, "", "zz" * 16, "ab " * 11],
    "label": ["", "A1"],
    "label_scheme": ["", "ncmec"],
    "source": ["", "s"],
    "issuer": ["", "i"],
    "entry_id": ["", "7"],
    "note": ["", "x"],
    "disabled": ["", "no", "TRUE ", "perhaps"],
    "disabled_until": ["", "2027-01-31T12:00:00+00:00", "2027-01-31", "never"],
}
GIVENS = [Given(), Given(signal_type="md5", label="B2", source="t", environment="e"), Given(opaque=OpaqueText.HEX)]


@for_all(
    rows=st.lists(st.fixed_dictionaries({name: st.sampled_from(texts) for name, texts in TEXTS.items()}), min_size=1),
    names=st.sets(st.sampled_from(sorted(TEXTS))),
    given=st.sampled_from(GIVENS),
)
def test_a_block_is_what_its_rows_are_one_by_one_and_refused_if_one_of_them_is(
    rows: list[dict[str, str]], names: set[str], given: Given
) -> None:
    numbers = range(1, len(rows) + 1)
    kept = names | {"value"}
    rows = [{name: row[name] for name in kept} for row in rows]
    columns = {name: [row[name] for row in rows] for name in kept}
    try:
        alone = [entry_of(row, given, number) for number, row in zip(numbers, rows, strict=True)]
    except InvalidValue:
        with pytest.raises(InvalidValue):
            block_of(columns, given, numbers)
    else:
        assert list(block_of(columns, given, numbers).entries()) == alone
