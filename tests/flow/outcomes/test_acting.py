"""What a platform tells that it did is written down once, and put to its case."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.database.transaction import write
from safelight.errors import InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow.outcomes.acting import list_actions, tell_action
from safelight.intake.media import Answer
from safelight.outcomes.action import ActionKind, NewAction
from safelight.review import steps
from safelight.review.case import About, ItemKind, NewItem
from safelight.roles import Actor, ActorKind, Permission


@pytest.fixture
def new(bureau) -> NewAction:
    return NewAction(kind=ActionKind.SUSPENDED, acted_at=bureau.clock.now(), subject_id="account 7")


def test_an_action_is_put_to_the_case_about_its_account(bureau, new) -> None:
    number, is_new = tell_action(bureau.desk(), new)
    (action,) = list_actions(bureau.desk(), case_id=bureau.case_id)
    assert (number, is_new) == (action.id, True)
    assert (action.kind, action.subject_id, action.user_told) == (ActionKind.SUSPENDED, "account 7", Answer.UNKNOWN)
    assert bureau.verbs(f"action:{number}") == ["add_action"]


def test_an_action_is_put_to_the_case_that_has_its_content(bureau, new) -> None:
    with write(bureau.engine) as tx:
        other = steps.open_or_join(tx, bureau.clock, bureau.operator, About(subject_id="account 8")).case_id
        item = NewItem(evidence_id=None, kind=ItemKind.HAND, content_id="post 3")
        steps.add_item(tx, bureau.clock, bureau.operator, other, item)
    tell_action(bureau.desk(), replace(new, subject_id="", content_id="post 3"))
    assert [each.content_id for each in list_actions(bureau.desk(), case_id=other)] == ["post 3"]


def test_an_action_about_nobody_known_is_kept_without_a_case(bureau, new) -> None:
    tell_action(bureau.desk(), replace(new, subject_id="somebody else"))
    assert [each.case_id for each in list_actions(bureau.desk())] == [None]
    with pytest.raises(NotFound):
        tell_action(bureau.desk(), replace(new, case_id=99))


def test_the_same_action_told_twice_is_one(bureau, new) -> None:
    first, _ = tell_action(bureau.desk(), new)
    assert tell_action(bureau.desk(), new) == (first, False)
    assert tell_action(bureau.desk(), replace(new, kind=ActionKind.RESTORED))[1]
    assert tell_action(bureau.desk(), replace(new, acted_at=new.acted_at - timedelta(hours=1)))[1]
    assert len(list_actions(bureau.desk())) == 3


def test_that_the_user_was_told_may_be_said_later_and_not_be_unsaid(bureau, new) -> None:
    number, _ = tell_action(bureau.desk(), new)
    assert tell_action(bureau.desk(), replace(new, user_told=Answer.YES)) == (number, False)
    assert [each.user_told for each in list_actions(bureau.desk())] == [Answer.YES]
    assert tell_action(bureau.desk(), new) == (number, False)
    with pytest.raises(UsageError, match="otherwise"):
        tell_action(bureau.desk(), replace(new, user_told=Answer.NO))
    assert [each.user_told for each in list_actions(bureau.desk())] == [Answer.YES]


def test_who_may_not_tell_actions_tells_none_and_who_may_only_tell_reads_none(bureau, new) -> None:
    with pytest.raises(NotAllowed, match="action:write"):
        tell_action(bureau.desk(bureau.person("bo", "auditor")), new)
    service = Actor(kind=ActorKind.SERVICE, name="s", permissions=frozenset({Permission.ACTION_WRITE}))
    assert tell_action(bureau.desk(service), new)[1]
    with pytest.raises(NotAllowed, match="outcome:read"):
        list_actions(bureau.desk(service))


def test_whom_it_was_about_is_not_in_the_audit_log_and_not_in_errors(bureau, new) -> None:
    tell_action(bureau.desk(), new)
    assert not any("account 7" in f"{each.reason} {each.details}" for each in bureau.entries())
    with pytest.raises(InvalidValue) as refused:
        tell_action(bureau.desk(), replace(new, acted_at=new.acted_at + timedelta(days=9)))
    assert "account 7" not in str(refused.value)


def test_an_action_that_is_told_by_many_at_once_is_one(bureau, new) -> None:
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda _: tell_action(bureau.desk(), new), range(12)))
    assert len({number for number, _ in told}) == 1
    assert sum(is_new for _, is_new in told) == 1
    assert len(list_actions(bureau.desk())) == 1
