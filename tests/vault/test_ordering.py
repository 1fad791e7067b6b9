"""Lawful destruction takes two people, covers exactly the holds it names, and is the only way a hold ends early."""

import ast
import inspect
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

import safelight.flow.evidence.holds
import safelight.vault
from safelight.audit.queries import page_entries
from safelight.boundary import unwatched
from safelight.database.transaction import read, write
from safelight.errors import ClockWrong, EvidenceHeld, InvalidValue, NotAllowed, NotFound, SafelightError, UsageError
from safelight.flow.evidence import holds as flow
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind, Permission
from safelight.testing.evidence import read_bytes
from safelight.vault import due, erasing_facts, holding, ordering
from safelight.vault.destroy_boundary import DestroyBoundary
from safelight.vault.destroying import destroy_key
from safelight.vault.hold import law_enforcement_hold, operator_hold
from safelight.vault.order import ORDER_LASTS, NewOrder, Order
from safelight.vault.store.tables import holds as hold_table

_SOURCE = Path(safelight.vault.__file__).parents[1]
_DAY = timedelta(days=1)


def _person(name: str, permissions: frozenset[Permission] = EVERY_PERMISSION) -> Actor:
    return Actor(kind=ActorKind.PERSON, name=name, permissions=permissions)


_ADA, _BO = _person("Ada"), _person("Bo")


@pytest.fixture
def ask(place):
    """Ask for the destruction of evidence, naming every hold that keeps it unless told which."""

    def ask_for(evidence_id: str, actor: Actor = _ADA, hold_ids=None, **said) -> Order:
        with write(place.engine) as tx:
            keeping = [hold.id for hold in holding.active_holds(tx, evidence_id, place.clock.now())]
            values = {"legal_basis": "18 U.S.C. 2258B(c)", "authority": "a court", "reference": "Az. 1"}
            new = NewOrder(
                evidence_id=evidence_id, hold_ids=tuple(keeping if hold_ids is None else hold_ids), **(values | said)
            )
            return ordering.ask_order(tx, place.clock, actor, new)

    return ask_for


@pytest.fixture
def confirm(place):
    """Confirm an order."""

    def confirm_it(order: Order, actor: Actor = _BO, **said):
        with write(place.engine) as tx:
            return ordering.confirm_order(tx, place.clock, actor, order.id, **said)

    return confirm_it


@pytest.fixture
def hold_more(place, actor):
    """Add a hold of the operator's own."""

    def add(evidence_id: str) -> int:
        now = place.clock.now()
        with write(place.engine) as tx:
            new = operator_hold(now, now + 10 * _DAY, reason="x")
            return holding.add_hold(tx, place.clock, actor, evidence_id, new).id

    return add


def _entries(place, evidence_id: str):
    with read(place.engine) as tx:
        return {entry.verb: entry for entry in page_entries(tx, target=f"evidence:{evidence_id}")}


def _holds(place, evidence_id: str):
    with read(place.engine) as tx:
        return holding.holds_of(tx, evidence_id)


def test_what_one_asks_and_another_confirms_is_destroyed(place, seal, actor, ask, *, confirm, hold_more) -> None:
    evidence_id = seal()
    hold_more(evidence_id)
    order = ask(evidence_id)
    assert read_bytes(place, actor, evidence_id)  # asking alone does nothing
    certificate = confirm(order)
    with pytest.raises(NotFound, match="destroyed"):
        read_bytes(place, actor, evidence_id)
    assert [(hold.released_at, hold.order_id) for hold in _holds(place, evidence_id)] == 2 * [
        (place.clock.now(), order.id)
    ]
    assert [hold.is_released for hold in certificate.holds] == [True, True]
    assert (certificate.order_id, certificate.is_single_person) == (order.id, False)


def test_order_audit_log_and_certificate_say_who_and_on_what_basis(place, seal, ask, confirm) -> None:
    evidence_id = seal()
    order = ask(evidence_id)
    confirm(order)
    with read(place.engine) as tx:
        kept = ordering.find_order(tx, order.id)
    assert (kept.asked_by.name, kept.confirmed_by and kept.confirmed_by.name) == ("Ada", "Bo")
    assert (kept.asked_at, kept.confirmed_at, kept.is_single_person) == (order.asked_at, place.clock.now(), False)
    entries = _entries(place, evidence_id)
    assert entries["ask_order"].actor.name == "Ada"
    for verb in ("confirm_order", "destroy_evidence"):
        assert entries[verb].actor.name == "Bo"
        assert entries[verb].reason == f"order {order.id}: 18 U.S.C. 2258B(c); a court; Az. 1"
        assert entries[verb].details["order"] == order.id
        assert entries[verb].details["single_person"] == "no"


@pytest.mark.parametrize("name", ["Ada", "ADA", "ada "])
def test_who_asked_cannot_confirm(place, seal, actor, ask, *, confirm, name: str) -> None:
    evidence_id = seal()
    order = ask(evidence_id)
    with pytest.raises(NotAllowed, match="another person"):
        confirm(order, _person(name))
    assert read_bytes(place, actor, evidence_id)
    assert _holds(place, evidence_id)[0].released_at is None


def test_in_single_person_mode_one_does_both_and_everything_says_so(place, seal, ask, confirm) -> None:
    evidence_id = seal()
    order = ask(evidence_id)
    assert confirm(order, _ADA, is_single_person_mode=True).is_single_person
    with read(place.engine) as tx:
        assert ordering.find_order(tx, order.id).is_single_person
    assert _entries(place, evidence_id)["confirm_order"].details["single_person"] == "yes"
    assert _entries(place, evidence_id)["destroy_evidence"].details["single_person"] == "yes"


def test_in_single_person_mode_two_people_are_still_recorded_as_two(seal, ask, confirm) -> None:
    assert not confirm(ask(seal()), is_single_person_mode=True).is_single_person


@pytest.mark.parametrize(
    "actor_of",
    [
        _person("Cy", frozenset()),
        _person("Cy", EVERY_PERMISSION - {Permission.HOLD_RELEASE}),
        Actor(kind=ActorKind.SERVICE, name="worker", permissions=EVERY_PERMISSION),
    ],
)
def test_it_takes_people_who_may(seal, ask, confirm, actor_of: Actor) -> None:
    evidence_id = seal()
    with pytest.raises(NotAllowed):
        ask(evidence_id, actor_of)
    order = ask(evidence_id)
    with pytest.raises(NotAllowed):
        confirm(order, actor_of)


def test_a_hold_that_was_added_since_is_not_covered_and_is_named(
    place, seal, actor, ask, *, confirm, hold_more
) -> None:
    evidence_id = seal()
    order = ask(evidence_id)
    added = hold_more(evidence_id)
    with pytest.raises(EvidenceHeld, match=f"hold {added} "):
        confirm(order)
    assert [hold.released_at for hold in _holds(place, evidence_id)] == [None, None]
    assert read_bytes(place, actor, evidence_id)
    confirm(ask(evidence_id))


def test_an_order_must_name_every_hold_that_keeps(seal, ask, hold_more) -> None:
    evidence_id = seal()
    added = hold_more(evidence_id)
    with pytest.raises(EvidenceHeld):
        ask(evidence_id, hold_ids=[added])
    with pytest.raises(EvidenceHeld):
        ask(evidence_id, hold_ids=[])


def test_an_order_names_only_holds_that_keep_this_evidence(place, seal, ask) -> None:
    evidence_id, other = seal(), seal()
    strange = _holds(place, other)[0].id
    with pytest.raises(InvalidValue, match=str(strange)):
        ask(evidence_id, hold_ids=[_holds(place, evidence_id)[0].id, strange])


def test_a_hold_that_ended_by_itself_since_is_not_said_to_be_released(
    place, seal, actor, ask, *, confirm, moving
) -> None:
    evidence_id = seal()
    with write(place.engine) as tx:
        new = operator_hold(moving.at, moving.at + _DAY, reason="x")
        holding.add_hold(tx, moving, actor, evidence_id, new)
    order = ask(evidence_id)
    moving.at += 2 * _DAY
    confirm(order)
    assert [hold.released_at for hold in _holds(place, evidence_id)] == [moving.at, None]


@pytest.mark.parametrize("missing", ["legal_basis", "authority", "reference"])
def test_an_order_without_its_grounds_is_refused(seal, ask, missing: str) -> None:
    with pytest.raises(InvalidValue):
        ask(seal(), **{missing: " "})


def test_what_is_gone_or_never_was_cannot_be_ordered(place, seal, ask, confirm) -> None:
    evidence_id = seal()
    first, second = ask(evidence_id), ask(evidence_id)
    confirm(first)
    with pytest.raises(UsageError, match="destroyed on"):
        confirm(first)
    with pytest.raises(UsageError, match="destroyed on"):
        confirm(second)
    with pytest.raises(UsageError):
        ask(evidence_id, hold_ids=[1])
    with pytest.raises(NotFound):
        ask("0" * 32)
    with write(place.engine) as tx, pytest.raises(NotFound):
        ordering.confirm_order(tx, place.clock, _BO, 99)


def test_evidence_that_was_never_held_is_destroyed_only_by_order(place, seal, ask, confirm) -> None:
    evidence_id = seal()
    with write(place.engine) as tx:
        tx.execute(hold_table.delete())
    assert confirm(ask(evidence_id)).holds == ()


def test_an_order_lapses(place, seal, ask, confirm, moving) -> None:
    order = ask(seal())
    moving.at += ORDER_LASTS
    with pytest.raises(UsageError, match="lapsed"):
        confirm(order)
    with read(place.engine) as tx:
        assert ordering.waiting_orders(tx, moving) == []


def test_a_wrong_clock_confirms_nothing(seal, ask, confirm, moving) -> None:
    order = ask(seal())
    moving.at -= _DAY
    with pytest.raises(ClockWrong):
        confirm(order)
    with pytest.raises(ClockWrong):
        ask(seal())


def test_orders_wait_until_they_are_confirmed_and_are_told_when_nobody_could(place, seal, ask, confirm) -> None:
    one, other = ask(seal()), ask(seal(), _BO)
    with read(place.engine) as tx:
        waiting = ordering.waiting_orders(tx, place.clock)
    assert waiting == [one, other]

    def stuck(*people: str, is_single: bool = False) -> list[Order]:
        return ordering.stuck_orders(waiting, people, is_single_person_mode=is_single)

    assert stuck("Ada", "Bo") == []
    assert stuck("ada") == [one]
    assert stuck() == [one, other]
    assert stuck("Ada", is_single=True) == []
    confirm(one)
    with read(place.engine) as tx:
        assert ordering.waiting_orders(tx, place.clock) == [other]


class Died(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("boundary", [DestroyBoundary.ERASED, DestroyBoundary.CERTIFIED])
def test_a_death_while_an_order_is_confirmed_leaves_it_waiting(
    place, seal, actor, ask, *, confirm, boundary: DestroyBoundary
) -> None:
    evidence_id = seal()
    order = ask(evidence_id)

    def reach(reached) -> None:
        if reached == boundary:
            raise Died

    with pytest.raises(Died):
        confirm(order, reach=reach)
    assert read_bytes(place, actor, evidence_id)
    assert _holds(place, evidence_id)[0].released_at is None
    confirm(order)
    with pytest.raises(NotFound):
        read_bytes(place, actor, evidence_id)


_NOT_ACTS = {"find_hold", "holds_of", "active_holds", "require_living", "page_endings", "each_ending", "hold_of"}
"""Functions of the modules below that only read."""


def _acts() -> list[str]:
    """Name every public function that changes what concerns holds, except the one that may end them."""
    modules = (holding, ordering, due, erasing_facts, flow)
    found = [
        f"{module.__name__}.{name}"
        for module in modules
        for name, value in inspect.getmembers(module, inspect.isfunction)
        if value.__module__ == module.__name__ and not name.startswith("_") and name not in _NOT_ACTS
    ]
    only_way = {"safelight.vault.ordering.confirm_order", "safelight.flow.evidence.holds.confirm_release"}
    return [
        name for name in found if name not in only_way and not name.endswith(("_orders", "find_order", "_releases"))
    ]


def _attempts(place, evidence_id: str, hold_id: int, actor: Actor):
    """Give a call of every act, made as if somebody wanted to be rid of the evidence."""
    clock, now = place.clock, place.clock.now()
    who = (place.engine, clock, actor)
    far = now + 8 * _DAY
    new = operator_hold(now, now + timedelta(seconds=1), reason="to replace the other")
    order = NewOrder(evidence_id=evidence_id, hold_ids=(hold_id,), legal_basis="l", authority="a", reference="r")
    return {
        "safelight.vault.holding.add_hold": lambda tx: holding.add_hold(tx, clock, actor, evidence_id, new),
        "safelight.vault.holding.renew_hold": lambda tx: holding.renew_hold(tx, clock, actor, hold_id, reference="r"),
        "safelight.vault.holding.close_review": lambda tx: holding.close_review(
            tx, clock, actor, evidence_id, closed_at=now - 999 * _DAY, appeal_days=0
        ),
        "safelight.vault.holding.reopen_review": lambda tx: holding.reopen_review(tx, clock, actor, evidence_id),
        "safelight.vault.holding.start_report_hold": lambda tx: holding.start_report_hold(
            tx, clock, actor, evidence_id, receipt_at=now - 300 * _DAY, reference="1"
        ),
        "safelight.vault.holding.keep_from_opening": lambda tx: holding.keep_from_opening(tx, [evidence_id]),
        "safelight.vault.ordering.ask_order": lambda tx: ordering.ask_order(tx, clock, actor, order),
        "safelight.vault.due.warn_of_page": lambda tx: due.warn_of_page(tx, clock, actor, by=far, after_id=""),
        "safelight.vault.erasing_facts.erase_grants": lambda tx: erasing_facts.erase_grants(
            tx, clock, actor, before=far
        ),
        "safelight.vault.erasing_facts.erase_destroyed_facts": lambda tx: erasing_facts.erase_destroyed_facts(
            tx, clock, actor, before=far
        ),
        "safelight.flow.evidence.holds.add_hold": lambda _: flow.add_hold(*who, evidence_id, new),
        "safelight.flow.evidence.holds.add_hold_once": lambda _: flow.add_hold_once(*who, evidence_id, new),
        "safelight.flow.evidence.holds.ask_release_once": lambda _: flow.ask_release_once(*who, order),
        "safelight.flow.evidence.holds.renew_hold": lambda _: flow.renew_hold(*who, hold_id, reference="r"),
        "safelight.flow.evidence.holds.ask_release": lambda _: flow.ask_release(*who, order),
        "safelight.flow.evidence.holds.accept_clock": lambda _: flow.accept_clock(*who, reason="x"),
    }


def test_no_other_function_ends_a_hold_early_or_lets_evidence_under_hold_be_destroyed(place, seal, actor) -> None:
    """Every public act is tried in every order of the table twice; the hold stands and destruction stays refused."""
    evidence_id, now = seal(), place.clock.now()
    with write(place.engine) as tx:
        kept = holding.add_hold(tx, place.clock, actor, evidence_id, law_enforcement_hold(now, reference="1"))
    attempts = _attempts(place, evidence_id, kept.id, actor)
    assert set(attempts) == set(_acts())
    for _ in range(2):
        for name, attempt in attempts.items():
            _try(place, attempt, is_flow=name.startswith("safelight.flow"))
            (standing,) = [hold for hold in _holds(place, evidence_id) if hold.id == kept.id]
            assert (standing.until_at, standing.released_at) == (kept.until_at, None), name
            with write(place.engine) as tx, pytest.raises(EvidenceHeld):
                destroy_key(tx, place.clock, actor, evidence_id, "x", reach=unwatched)
    assert read_bytes(place, actor, evidence_id)


def _try(place, attempt, *, is_flow: bool) -> None:
    with suppress(SafelightError):  # refused, which is as good
        if is_flow:
            attempt(None)
            return
        with write(place.engine) as tx:
            attempt(tx)


def _calls(tree: ast.AST) -> set[str]:
    """Name every function that is called, and every value that is written by keyword."""
    names = {node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and hasattr(node.func, "attr")}
    return names | {
        word.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for word in node.keywords if word.arg
    }


def _calls_of_vault() -> dict[str, set[str]]:
    paths = (_SOURCE / "vault").rglob("*.py")
    return {path.relative_to(_SOURCE).as_posix(): _calls(ast.parse(path.read_text())) for path in paths}


def test_only_the_lawful_order_writes_that_a_hold_was_released() -> None:
    """A hold is released by `hold_rows.release`, which ordering.py alone calls; only the vault reaches its tables."""
    called = _calls_of_vault()
    assert {path for path, names in called.items() if "release" in names} == {"vault/ordering.py"}
    # `release` itself, and the record that is read back
    assert {path for path, names in called.items() if "released_at" in names} == {"vault/store/hold_rows.py"}


def test_only_these_write_when_a_hold_ends() -> None:
    assert {path for path, names in _calls_of_vault().items() if "set_end" in names} == {"vault/holding.py"}
    with_holds = {
        path.relative_to(_SOURCE).as_posix()
        for path in (_SOURCE / "vault").rglob("*.py")
        if "update(holds)" in path.read_text() or "delete(holds)" in path.read_text()
    }
    assert with_holds == {"vault/store/hold_rows.py", "vault/store/ended_rows.py"}
