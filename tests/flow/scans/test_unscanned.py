"""What cannot be scanned is held unless somebody says otherwise, and nobody can say that it passes."""

import pytest

from safelight.errors import InvalidValue
from safelight.flow.scans.unscanned import FAULTS, HOLD_ALL, OwnFault, Treatment, read_policy
from safelight.hashing.signal import Reason


def test_by_default_everything_is_held() -> None:
    assert {HOLD_ALL.treat(fault) for fault in FAULTS} == {Treatment.HOLD}
    assert read_policy("") == read_policy("hold") == HOLD_ALL


def test_every_fault_of_hashing_and_every_fault_of_ours_is_a_reason() -> None:
    assert set(FAULTS) == {reason.value for reason in Reason if reason.is_fault} | set(OwnFault)


def test_reasons_are_treated_each_for_itself_and_all_others_by_the_word_alone() -> None:
    policy = read_policy("reject, timed_out = hold,busy=pass_and_requeue")
    assert policy.treat("unsupported") is Treatment.REJECT
    assert policy.treat("timed_out") is Treatment.HOLD
    assert policy.treat("busy") is Treatment.PASS_AND_REQUEUE


@pytest.mark.parametrize("fault", [reason.value for reason in Reason if reason.is_fault])
def test_what_a_sender_can_bring_about_is_never_passed(fault: str) -> None:
    with pytest.raises(InvalidValue, match=f"pass_and_requeue cannot be for {fault}"):
        read_policy(f"{fault}=pass_and_requeue")


def test_passing_is_for_our_own_faults_alone_and_never_for_all() -> None:
    for fault in OwnFault:
        assert read_policy(f"{fault}=pass_and_requeue").treat(fault) is Treatment.PASS_AND_REQUEUE
    with pytest.raises(InvalidValue, match="cannot be for all"):
        read_policy("pass_and_requeue")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("drop", "'drop' is nothing that is done"),
        ("low_quality=hold", "'low_quality' is no reason"),
        ("busy=hold, busy=reject", "names busy twice"),
        ("hold, reject", "twice what is done for all"),
        ("busy=", "'' is nothing"),
        ("=hold", "'' is no reason"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_with_what_is_wrong(text: str, told: str) -> None:
    with pytest.raises(InvalidValue, match=told):
        read_policy(text)


def test_of_several_reasons_one_that_holds_decides_else_the_first() -> None:
    policy = read_policy("reject, timed_out=hold")
    assert policy.decide({"unsupported", "timed_out"}) == ("timed_out", Treatment.HOLD)
    assert policy.decide({"crashed", "unsupported"}) == ("unsupported", Treatment.REJECT)


@pytest.mark.parametrize(
    ("policy", "keeps"),
    [("hold", False), ("busy=reject", False), ("busy=hold", True), ("reject, busy=pass_and_requeue", True)],
)
def test_who_comes_while_we_are_busy_comes_again_unless_the_policy_names_it(policy: str, keeps: bool) -> None:
    assert read_policy(policy).keeps_when_busy is keeps
