from datetime import UTC, datetime

import pytest

from safelight.banks.bank import (
    WHOLE_ROLLOUT,
    Bank,
    check_bank_name,
    check_rollout,
    check_threshold,
    default_threshold,
    name_key,
)
from safelight.errors import InvalidValue


@pytest.mark.parametrize("name", ["a", "NCMEC_SAMPLE", "_x", "9lives", "iwf.2026-01", "x" * 100])
def test_usual_names_are_taken(name: str) -> None:
    check_bank_name(name)


@pytest.mark.parametrize("name", ["", " a", "a b", "-a", ".a", "a/b", "ä", "a\n", "x" * 101, "a,b"])
def test_names_that_would_need_quoting_somewhere_are_refused(name: str) -> None:
    with pytest.raises(InvalidValue):
        check_bank_name(name)


def test_names_that_differ_in_case_alone_are_the_same_name() -> None:
    assert name_key("Alpha") == name_key("ALPHA")


def test_pdq_matches_at_31_and_everything_else_by_equality_unless_set() -> None:
    assert default_threshold("pdq") == 31
    assert default_threshold("md5") == default_threshold("photodna") == 0


def test_a_bank_uses_what_was_set_for_it() -> None:
    bank = Bank(
        id=1, name="a", is_enabled=True, version=1, created_at=datetime(2026, 1, 1, tzinfo=UTC), thresholds={"pdq": 12}
    )
    assert (bank.threshold("pdq"), bank.threshold("md5")) == (12, 0)


@pytest.mark.parametrize("distance", [0, 31, 64])
def test_a_pdq_threshold_may_be_anything_sensible(distance: int) -> None:
    check_threshold("pdq", distance)


@pytest.mark.parametrize(("signal_type", "distance"), [("pdq", -1), ("pdq", 65), ("md5", 0), ("photodna", 3)])
def test_thresholds_that_match_everything_or_mean_nothing_are_refused(signal_type: str, distance: int) -> None:
    with pytest.raises(InvalidValue):
        check_threshold(signal_type, distance)


def _rolled_out(share: int, key: bytes = b"k" * 32) -> Bank:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    return Bank(id=1, name="a", is_enabled=True, version=1, created_at=made, rollout=share, rollout_key=key)


DIGESTS = [b"media %d" % number for number in range(20_000)]


@pytest.mark.parametrize("share", [1, 50, 100, 2_500, 5_000, 9_999])
def test_a_share_of_the_media_is_in_the_rollout(share: int) -> None:
    """The number that is in has a binomial distribution: five of its deviations are missed once in two million."""
    fraction = share / WHOLE_ROLLOUT
    deviation = (len(DIGESTS) * fraction * (1 - fraction)) ** 0.5
    found = sum(_rolled_out(share).in_rollout(digest) for digest in DIGESTS)
    assert abs(found - len(DIGESTS) * fraction) <= 5 * deviation


def test_what_was_in_the_rollout_stays_in_when_its_share_grows() -> None:
    before: set[bytes] = set()
    for share in range(0, WHOLE_ROLLOUT + 1, 500):
        now = {digest for digest in DIGESTS[:2_000] if _rolled_out(share).in_rollout(digest)}
        assert before <= now
        before = now
    assert before == set(DIGESTS[:2_000])


def test_nothing_is_in_a_rollout_of_no_share() -> None:
    assert not any(_rolled_out(0).in_rollout(digest) for digest in DIGESTS[:2_000])


def test_two_banks_are_not_rolled_out_to_the_same_media() -> None:
    one, other = (_rolled_out(5_000, key) for key in (b"k" * 32, b"l" * 32))
    both = sum(one.in_rollout(digest) and other.in_rollout(digest) for digest in DIGESTS)
    assert abs(both - len(DIGESTS) / 4) < 5 * (len(DIGESTS) * 3 / 16) ** 0.5


def test_the_key_of_a_rollout_is_not_shown() -> None:
    assert "kkk" not in repr(_rolled_out(5_000))


@pytest.mark.parametrize("share", [-1, 10_001])
def test_a_share_beyond_sense_is_refused(share: int) -> None:
    with pytest.raises(InvalidValue):
        check_rollout(share)
