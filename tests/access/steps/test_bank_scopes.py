"""Keys that are for named banks follow their banks, and never come upon another bank of the same name."""

from safelight.access import queries, steps
from safelight.database.transaction import read, write


def test_keys_follow_a_bank_to_its_new_name_and_lose_one_that_is_deleted(engine, make_key) -> None:
    make_key("both", bank_names=frozenset({"alpha", "beta"}))
    make_key("one", bank_names=frozenset({"Alpha"}))
    make_key("every")
    with write(engine) as tx:
        steps.follow_bank(tx, "ALPHA", name="gamma")
    with read(engine) as tx:
        assert {key.name: key.bank_names for key in queries.list_keys(tx)} == {
            "both": {"gamma", "beta"},
            "one": {"gamma"},
            "every": None,
        }
    with write(engine) as tx:
        steps.follow_bank(tx, "gamma", name=None)
    with read(engine) as tx:
        assert {key.name: key.bank_names for key in queries.list_keys(tx)} == {
            "both": {"beta"},
            "one": frozenset(),  # for no bank, which is not every bank
            "every": None,
        }
