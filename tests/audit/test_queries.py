import pytest

from safelight.audit import log, queries
from safelight.audit.queries import Search
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import NotFound
from safelight.roles import Actor, ActorKind


def test_entries_are_paged_oldest_first_and_by_target(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    with write(engine) as tx:
        numbers = [log.write(tx, clock=clock, actor=actor, verb="do", target=f"thing:{n % 2}") for n in range(6)]
    with read(engine) as tx:
        assert [entry.id for entry in queries.page_entries(tx, limit=4)] == numbers[:4]
        assert [entry.id for entry in queries.page_entries(tx, after_id=numbers[3])] == numbers[4:]
        assert [entry.id for entry in queries.page_entries(tx, target="thing:1")] == numbers[1::2]


def test_entries_that_wait_for_their_place_are_counted(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    with write(engine) as tx:
        for _ in range(3):
            log.write(tx, clock=clock, actor=actor, verb="do", target="thing:1")
    with read(engine) as tx:
        assert queries.count_waiting(tx) == 3


@pytest.fixture
def numbers(engine: Engine, clock: FixedClock, actor: Actor) -> list[int]:
    """Ten entries: of two targets in turn, of another verb each third, by somebody else each fifth."""
    other = Actor(kind=ActorKind.PERSON, name="Ada\ud800")
    with write(engine) as tx:
        return [
            log.write(
                tx,
                clock=clock,
                actor=other if number % 5 == 0 else actor,
                verb="undo" if number % 3 == 0 else "do",
                target=f"thing:{number % 2}",
            )
            for number in range(10)
        ]


def test_a_search_finds_the_latest_first_page_by_page(engine: Engine, numbers: list[int]) -> None:
    with read(engine) as tx:
        first = queries.search_entries(tx, Search(target="thing:0"), limit=3)
        assert [entry.id for entry in first.entries] == [numbers[8], numbers[6], numbers[4]]
        assert first.looked_to == numbers[4]
        rest = queries.search_entries(tx, Search(target="thing:0"), before_id=first.looked_to, limit=3)
        assert ([entry.id for entry in rest.entries], rest.looked_to) == ([numbers[2], numbers[0]], None)
        for search, places in (
            (Search(verb="undo"), [9, 6, 3, 0]),
            (Search(actor="Ada\ud800"), [5, 0]),
            (Search(verb="undo", actor="Ada\ud800", target="thing:0"), [0]),
            (Search(target="thing:9"), []),
        ):
            found = queries.search_entries(tx, search).entries
            assert [entry.id for entry in found] == [numbers[place] for place in places], search


def test_a_search_by_verb_looks_through_a_part_and_says_where_to_go_on(
    engine: Engine, numbers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LOOKED_THROUGH", 4)
    with read(engine) as tx:
        first = queries.search_entries(tx, Search(verb="undo"))
        assert ([entry.id for entry in first.entries], first.looked_to) == ([numbers[9], numbers[6]], numbers[6])
        then = queries.search_entries(tx, Search(verb="undo"), before_id=first.looked_to)
        assert ([entry.id for entry in then.entries], then.looked_to) == ([numbers[3]], numbers[2])
        last = queries.search_entries(tx, Search(verb="undo"), before_id=then.looked_to)
        assert ([entry.id for entry in last.entries], last.looked_to) == ([numbers[0]], None)
        assert len(queries.search_entries(tx, Search(target="thing:1")).entries) == 5  # by an index: no bound


def test_one_entry_is_found_by_its_number(engine: Engine, numbers: list[int]) -> None:
    with read(engine) as tx:
        assert queries.find_entry(tx, numbers[3]).id == numbers[3]
        assert queries.last_number(tx) == numbers[-1]
        for number in (0, -1, numbers[-1] + 1, 2**63):
            with pytest.raises(NotFound, match="no entry"):
                queries.find_entry(tx, number)


def test_an_empty_log_has_no_last_number_and_nothing_to_find(engine: Engine) -> None:
    with read(engine) as tx:
        assert queries.last_number(tx) == 0
        assert queries.search_entries(tx, Search(verb="do")) == queries.FoundEntries(entries=(), looked_to=None)
