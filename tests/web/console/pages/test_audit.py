"""The audit log is searched by target, verb and actor, leads to what it is about, and is checked while one waits."""

import pytest
from sqlalchemy import update

from safelight.audit import log, queries, store
from safelight.audit.queries import Search
from safelight.database.transaction import read, write
from safelight.flow.audit_keeping import number_all, sign_head_now
from safelight.flow.banks import edits as banks
from safelight.roles import Actor, ActorKind
from safelight.web.console.pages import audit


@pytest.fixture(scope="module")
def acts(console) -> list[int]:
    """Sixty entries by somebody, about two things."""
    who = Actor(kind=ActorKind.PERSON, name="{{ 7 * 7 }}<b>")
    with write(console.engine) as tx:
        return [
            log.write(
                tx,
                clock=console.clock,
                actor=who,
                verb="try_something",
                target=f"thing:{number % 2}",
                reason="<script>alert(1)</script>" if number == 1 else "",
                details={"odd": "{{ 7 * 7 }}"},
            )
            for number in range(60)
        ]


def test_the_log_is_paged_the_latest_first(admins, acts) -> None:
    first = admins.get("/audit?verb=try_something").text
    assert first.count('data-label="Entry"') == 50
    assert first.index(f'href="/audit/{acts[59]}"') < first.index(f'href="/audit/{acts[58]}"')
    assert f"/audit?verb=try_something&amp;after={acts[10]}" in first
    last = admins.get(f"/audit?verb=try_something&after={acts[10]}").text
    assert last.count('data-label="Entry"') == 10
    assert "&lt;script&gt;alert(1)" in last
    assert 'rel="next"' not in last


def test_the_log_is_searched_by_target_verb_and_actor(admins, acts) -> None:
    for asked, count in (
        ({"target": "thing:1"}, 30),
        ({"target": "thing:1", "verb": "try_something"}, 30),
        ({"target": "thing:1", "actor": "nobody"}, 0),
        ({"actor": "{{ 7 * 7 }}<b>"}, 50),
        ({"verb": "try_nothing"}, 0),
    ):
        page = admins.get("/audit", params=asked).text
        assert page.count('data-label="Entry"') == count, asked
    assert 'value="{{ 7 * 7 }}&lt;b&gt;"' in admins.get("/audit", params={"actor": "{{ 7 * 7 }}<b>"}).text


def test_a_search_says_where_it_stopped_and_goes_on_there(admins, acts, console, monkeypatch) -> None:
    monkeypatch.setattr(queries, "LOOKED_THROUGH", 20)
    with read(console.engine) as tx:
        top = queries.last_number(tx) + 1
    page = admins.get("/audit?verb=found_nowhere").text
    assert "The search looked through a part of the log" in page
    assert f"after={top - 20}" in page


def test_an_entry_tells_all_of_itself_as_text(admins, acts) -> None:
    page = admins.get(f"/audit/{acts[1]}").text
    assert "odd={{ 7 * 7 }}" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>" not in page
    assert 'href="/audit?target=thing%3A1"' in page
    assert admins.get("/audit/999999").status_code == 404
    assert admins.get("/audit/99999999999999999999").status_code == 404


def test_an_entry_leads_to_what_it_is_about_for_whoever_may_open_that(admins, records, console, by_hand) -> None:
    banks.create_bank(console.engine, console.clock, by_hand, name="audited")
    page = admins.get("/audit?verb=create_bank").text
    assert 'href="/banks/audited"' in page
    page = admins.get(f"/audit?target=case:{records.case}").text
    assert f'href="/cases/{records.case}"' in page
    assert f'href="/evidence/{records.evidence}"' in admins.get("/audit?verb=seal_evidence").text


def test_an_erased_record_says_so(admins, acts, console) -> None:
    with write(console.engine) as tx:
        gone = {"reason": None, "details": None, "salt": None}
        tx.execute(update(store.entries).where(store.entries.c.id == acts[3]).values(gone))
    assert admins.get(f"/audit/{acts[3]}").text.count("Erased, for its time was over") == 2
    assert "Erased, for its time was over" in admins.get("/audit?target=thing:1").text


def test_the_log_is_checked_on_a_page_and_a_change_is_found(admins, acts, console, by_hand) -> None:
    assert "None is signed yet" in admins.get("/audit/check").text
    engine, clock = console.engine, console.clock
    with write(engine) as tx:
        tx.execute(
            update(store.entries).where(store.entries.c.reason.is_(None)).values(reason="put back", details="{}")
        )
    sign_head_now(engine, clock, console.desk.keys, by_hand)
    page = admins.get("/audit/check").text
    assert "covers " in page
    assert "The log holds" not in page
    number_all(engine)
    with read(engine) as tx:
        last = queries.search_entries(tx, Search(verb="sign_head")).entries[0]
    assert last.target.startswith("audit_head:")
    with write(engine) as tx:
        tx.execute(update(store.entries).where(store.entries.c.id == acts[5]).values(verb="try_another"))
    page = admins.get("/audit/check?run=on").text
    assert "The log does not hold" in page
    assert f"Entry {acts[5]} is not what leaf" in page


def test_a_long_log_is_left_to_the_command_line(admins, acts, monkeypatch) -> None:
    monkeypatch.setattr(audit, "CHECKED_HERE", 10)
    page = admins.get("/audit/check?run=on").text
    assert "safelight audit verify" in page
    assert "Entries checked" not in page


@pytest.mark.parametrize("role", ["reviewer", "reporter", "analyst"])
def test_the_log_is_for_whom_it_is_open_to(role: str, browser, enrol, acts) -> None:
    browser.enter(enrol(f"{role}@audit.example.org", role))
    for path in ("/audit", f"/audit/{acts[0]}", "/audit/check"):
        assert browser.get(path).status_code == 403
    assert 'href="/audit"' not in browser.get("/").text
