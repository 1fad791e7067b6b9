import pytest

from safelight.audit.queries import page_entries as page_audit
from safelight.banks import queries, steps
from safelight.banks.bank import DeconfirmedPolicy
from safelight.errors import ImportRunning, InvalidValue, NotFound, UsageError


def test_a_new_bank_is_rolled_out_wholly_stops_deconfirmed_entries_and_is_no_allow_list(bank) -> None:
    found = bank.policies()
    assert (found.rollout, found.deconfirmed, found.is_allow_list) == (10_000, DeconfirmedPolicy.STOP, False)
    assert found.suppresses == frozenset()


def test_every_bank_has_a_rollout_key_of_its_own_that_never_changes(bank) -> None:
    bank.do(steps.create_bank, name="Beta")
    before = {each.name: each.rollout_key for each in bank.ask(queries.list_banks)}
    assert len(set(before.values())) == 2
    assert {len(key) for key in before.values()} == {32}
    bank.do(steps.set_rollout, bank_id=bank.id, share=500)
    bank.do(steps.rename_bank, bank_id=bank.id, name="Gamma")
    assert bank.policies().rollout_key == before["Alpha"]


def test_a_rollout_key_is_in_no_audit_entry(bank) -> None:
    bank.do(steps.set_rollout, bank_id=bank.id, share=500)
    log = bank.ask(page_audit)
    assert log[-1].details == {"share": 500}
    assert bank.policies().rollout_key.hex() not in str(log)


def test_policies_are_set_and_set_back(bank) -> None:
    bank.do(steps.set_deconfirmed_policy, bank_id=bank.id, policy=DeconfirmedPolicy.DEMOTE)
    bank.do(steps.set_rollout, bank_id=bank.id, share=25)
    assert (bank.policies().deconfirmed, bank.policies().rollout) == (DeconfirmedPolicy.DEMOTE, 25)
    bank.do(steps.set_deconfirmed_policy, bank_id=bank.id, policy=DeconfirmedPolicy.STOP)
    bank.do(steps.set_rollout, bank_id=bank.id, share=10_000)
    assert (bank.policies().deconfirmed, bank.policies().rollout) == (DeconfirmedPolicy.STOP, 10_000)


@pytest.mark.parametrize("share", [-1, 10_001])
def test_a_share_beyond_sense_is_refused(bank, share: int) -> None:
    with pytest.raises(InvalidValue):
        bank.do(steps.set_rollout, bank_id=bank.id, share=share)


@pytest.fixture
def allow_list(bank) -> int:
    """An allow-list beside the bank."""
    return int(bank.do(steps.create_bank, name="Harmless", is_allow_list=True))


def _of(bank, name: str):
    return bank.ask(queries.find_bank, name)


def test_an_allow_list_suppresses_the_banks_that_it_is_told_to(bank, allow_list: int) -> None:
    other = bank.do(steps.create_bank, name="Beta")
    for bank_id in (bank.id, other, other):
        bank.do(steps.suppress_bank, allow_list_id=allow_list, bank_id=bank_id)
    assert _of(bank, "Harmless").suppresses == {bank.id, other}
    bank.do(steps.unsuppress_bank, allow_list_id=allow_list, bank_id=bank.id)
    assert _of(bank, "Harmless").suppresses == {other}
    bank.do(steps.delete_bank, bank_id=other)
    assert _of(bank, "Harmless").suppresses == frozenset()


def test_suppressing_makes_the_versions_of_both_banks_grow(bank, allow_list: int) -> None:
    for step in (steps.suppress_bank, steps.unsuppress_bank):
        before = bank.stamp()
        bank.do(step, allow_list_id=allow_list, bank_id=bank.id)
        assert all(bank.stamp()[bank_id] > version for bank_id, version in before.items())


def test_only_an_allow_list_suppresses_and_only_an_ordinary_bank_is_suppressed(bank, allow_list: int) -> None:
    second = bank.do(steps.create_bank, name="Second", is_allow_list=True)
    with pytest.raises(UsageError, match="no allow-list"):
        bank.do(steps.suppress_bank, allow_list_id=bank.id, bank_id=allow_list)
    with pytest.raises(UsageError, match="is an allow-list"):
        bank.do(steps.suppress_bank, allow_list_id=allow_list, bank_id=second)
    with pytest.raises(UsageError, match="does not suppress"):
        bank.do(steps.unsuppress_bank, allow_list_id=allow_list, bank_id=bank.id)


@pytest.mark.parametrize("step", [steps.suppress_bank, steps.unsuppress_bank])
def test_nothing_is_suppressed_that_is_not_there(bank, allow_list: int, step) -> None:
    for pair in ((allow_list, 999), (999, bank.id)):
        with pytest.raises(NotFound):
            bank.do(step, allow_list_id=pair[0], bank_id=pair[1])


def test_an_empty_bank_becomes_an_allow_list_and_an_ordinary_one_again(bank) -> None:
    bank.do(steps.mark_allow_list, bank_id=bank.id, is_allow_list=True)
    assert bank.policies().is_allow_list
    bank.do(steps.mark_allow_list, bank_id=bank.id, is_allow_list=False)
    assert not bank.policies().is_allow_list


def test_a_bank_that_holds_or_will_hold_entries_does_not_change_sides(bank) -> None:
    bank.stage(bank.entry(1))
    with pytest.raises(ImportRunning):
        bank.do(steps.mark_allow_list, bank_id=bank.id, is_allow_list=True)
    other = bank.do(steps.create_bank, name="Beta")
    bank.do(steps.add_entries, bank_id=other, entries=[bank.entry(1)])
    with pytest.raises(UsageError, match="holds entries"):
        bank.do(steps.mark_allow_list, bank_id=other, is_allow_list=True)
    (entry,) = bank.ask(queries.page_entries, other)
    bank.do(steps.remove_entry, entry_id=entry.id)
    bank.do(steps.mark_allow_list, bank_id=other, is_allow_list=True)


def test_a_bank_that_suppresses_or_is_suppressed_does_not_change_sides(bank, allow_list: int) -> None:
    bank.do(steps.suppress_bank, allow_list_id=allow_list, bank_id=bank.id)
    for bank_id, is_allow_list in ((allow_list, False), (bank.id, True)):
        with pytest.raises(UsageError, match="unsuppress"):
            bank.do(steps.mark_allow_list, bank_id=bank_id, is_allow_list=is_allow_list)
    bank.do(steps.delete_bank, bank_id=allow_list)
    bank.do(steps.mark_allow_list, bank_id=bank.id, is_allow_list=True)


@pytest.mark.parametrize(
    ("step", "arguments"),
    [
        (steps.set_deconfirmed_policy, {"policy": DeconfirmedPolicy.STOP}),
        (steps.set_rollout, {"share": 1}),
        (steps.mark_allow_list, {"is_allow_list": True}),
    ],
)
def test_no_policy_is_set_for_a_bank_that_was_deleted(bank, step, arguments: dict[str, object]) -> None:
    bank.do(steps.delete_bank, bank_id=bank.id)
    with pytest.raises(NotFound):
        bank.do(step, bank_id=bank.id, **arguments)


def test_every_policy_is_audited_with_its_reason(bank, allow_list: int) -> None:
    bank.do(steps.set_deconfirmed_policy, bank_id=bank.id, policy=DeconfirmedPolicy.DEMOTE, reason="r1")
    bank.do(steps.set_rollout, bank_id=bank.id, share=50, reason="r2")
    bank.do(steps.mark_allow_list, bank_id=bank.id, is_allow_list=False, reason="r3")
    log = bank.ask(page_audit, target=f"bank:{bank.id}")[-3:]
    assert [(entry.verb, entry.reason) for entry in log] == [
        ("set_deconfirmed_policy", "r1"),
        ("set_rollout", "r2"),
        ("mark_allow_list", "r3"),
    ]
    bank.do(steps.suppress_bank, allow_list_id=allow_list, bank_id=bank.id, reason="r4")
    bank.do(steps.unsuppress_bank, allow_list_id=allow_list, bank_id=bank.id, reason="r5")
    log = bank.ask(page_audit, target=f"bank:{allow_list}")[-2:]
    assert [(entry.verb, entry.reason, entry.details) for entry in log] == [
        ("suppress_bank", "r4", {"suppressed": bank.id}),
        ("unsuppress_bank", "r5", {"suppressed": bank.id}),
    ]
