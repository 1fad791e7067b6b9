"""Media that was seen is judged by the banks as they stand, those of its sender alone."""


def test_media_is_matched_against_the_banks_of_its_sender_alone(town, picture, value) -> None:
    other = town.bank("other")
    town.keep(picture(1, bank_ids=frozenset({other})), picture(2, bank_ids=frozenset({other})))
    town.add("alpha", value(1, "md5"), kind="md5")
    town.add("other", value(2, "md5"), kind="md5")
    town.work()
    assert [item.content_id for item in town.items()] == ["post 2"]


def test_a_snapshot_is_taken_once_for_each_state_of_the_banks(town, picture) -> None:
    holdings = town.holdings()
    town.judging._holdings = lambda: holdings
    first = town.judging.snapshot()
    assert town.judging.snapshot() is first
    assert town.judging.snapshot(frozenset({77})).asked == frozenset()
    assert town.judging.position() == first.position == holdings.position.number
