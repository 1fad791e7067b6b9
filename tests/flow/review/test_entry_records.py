"""What is on record of an entry: what it matched, what was found of that once it is settled, which lists agree."""

from safelight.database.transaction import read
from safelight.flow.review.deciding import decide
from safelight.matching.match import MatchKind
from safelight.review.decision import Finding
from safelight.review.entry_queries import EntryRecord, record_of_entry


def record(room, entry: int) -> EntryRecord:
    with read(room.engine) as tx:
        return record_of_entry(tx, entry)


def test_what_is_still_read_is_counted_and_not_told(room, ann, bob, make) -> None:
    case = room.case(make.item(make.match(entry=5), make.match(entry=5), make.match(entry=6, bank="other")))
    decide(room.desk(ann, second=make.always), case, make.ruling(Finding.CONFIRMED))
    told = record(room, 5)
    assert (told.items, told.found, told.read_twice) == (1, {}, 0)
    decide(room.desk(bob, second=make.always), case, make.ruling(Finding.CONFIRMED))
    told = record(room, 5)
    assert (told.items, told.found) == (1, {Finding.CONFIRMED: 1})
    assert (told.read_twice, told.agreed) == (1, 1)


def test_findings_of_all_cases_are_summed(room, ann, make) -> None:
    for number, finding in enumerate((Finding.CONFIRMED, Finding.NOT_A_MATCH, Finding.NOT_A_MATCH)):
        case = room.case(make.item(make.match(MatchKind.NEAR, entry=5, distance=20)), subject=f"account {number}")
        decide(room.desk(ann), case, make.ruling(finding))
    told = record(room, 5)
    assert told.found == {Finding.CONFIRMED: 1, Finding.NOT_A_MATCH: 2}
    assert (told.items, told.read_twice, told.agreed) == (3, 0, 0)


def test_other_lists_that_matched_the_same_are_counted_by_item(room, make) -> None:
    room.case(
        make.item(make.match(entry=5), make.match(entry=6, bank="other"), make.match(entry=7, bank="other")),
        make.item(make.match(entry=5), make.match(entry=8, bank="third")),
        make.item(make.match(entry=9, bank="fourth")),
    )
    assert record(room, 5).also_matched == {"other": 1, "third": 1}
    assert record(room, 4711) == EntryRecord(items=0, found={}, read_twice=0, agreed=0, also_matched={})
