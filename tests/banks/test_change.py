from datetime import UTC, datetime

from safelight.banks.change import BEGINNING, Change, ChangeKind, Position


def test_the_position_after_a_change_names_it_by_number_and_token() -> None:
    change = Change(
        id=7,
        token=b"12345678",
        at=datetime(2026, 11, 23, tzinfo=UTC),
        bank_id=1,
        kind=ChangeKind.BANK,
        entry_id=None,
        batch_id=None,
    )
    assert change.position == Position(number=7, token=b"12345678")
    assert change.position != Position(number=7, token=b"87654321")


def test_the_beginning_lies_before_every_change() -> None:
    assert BEGINNING.number == 0
