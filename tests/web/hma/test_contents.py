from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from safelight.banks.batch import Origin, runner_of
from safelight.banks.entry import NewEntry
from safelight.banks.queries import find_bank
from safelight.clock import SystemClock
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.errors import InvalidValue
from safelight.flow.banks import edits as banks
from safelight.roles import EVERY_PERMISSION, Actor, Permission
from safelight.web.hma.answer import Refused
from safelight.web.hma.contents import check_note, read_platform_id, read_switch

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_time_that_is_past_is_on_for_it_was_off_until_then() -> None:
    assert read_switch(2, NOW).is_on
    assert read_switch(1, NOW).is_on
    off = read_switch(int((NOW + timedelta(days=1)).timestamp()), NOW)
    assert (off.is_on, off.until) == (False, NOW + timedelta(days=1))
    assert (read_switch(0, NOW).is_on, read_switch(0, NOW).until) == (False, None)


def test_a_client_may_give_its_own_id_and_anything_else_is_passed_over() -> None:
    assert read_platform_id({"content_id": "a", "content_uri": "https://x.example/", "json": {}}) == "a"
    assert read_platform_id('{"content_id": 7}') == "7"
    assert read_platform_id(None) == read_platform_id("") == read_platform_id({}) == ""


@pytest.mark.parametrize("wrong", ["[]", "x", [], {"content_id": []}, {"content_id": True}])
def test_metadata_that_is_no_object_of_texts_is_refused(wrong: Any) -> None:
    with pytest.raises(Refused):
        read_platform_id(wrong)


def test_ids_and_notes_have_a_length() -> None:
    with pytest.raises(InvalidValue):
        read_platform_id({"content_id": "x" * 401})
    with pytest.raises(InvalidValue):
        check_note("n" * 256)
    with pytest.raises(Refused):
        check_note(["n"])
    assert check_note(None) == ""


def test_addresses_are_kept_nowhere(client: TestClient) -> None:
    uri = "https://media.example/private.jpg"
    form = {"metadata": f'{{"content_id": "a", "content_uri": "{uri}"}}'}
    number = client.post("/c/bank/KNOWN/content", files={"video": ("x", b"abc")}, data=form).json()["id"]
    told = client.get(f"/c/bank/KNOWN/content/{number}").json()
    assert (told["metadata"], told["original_media_uri"]) == ({"content_id": "a"}, None)


def test_listed_values_are_shown_to_who_may_see_them_alone(
    client_of: Callable[[str], TestClient], keys: Any, numbers: dict[str, int]
) -> None:
    client = client_of(keys.add("some", *(EVERY_PERMISSION - {Permission.ENTRY_VALUE})))
    path = f"/c/bank/KNOWN/content/{numbers['KNOWN']}"
    assert client.get(path).status_code == 200
    assert client.get(path, params={"include_signals": "true"}).status_code == 403


def test_while_a_list_is_imported_adding_is_told_to_come_again(
    client: TestClient, engine: Engine, actor: Actor
) -> None:
    import os

    from safelight.banks import steps

    with write(engine) as tx:
        bank_id, runner = find_bank(tx, "KNOWN").id, runner_of(os.getpid())
        origin = Origin(name="list", format="csv")
        steps.begin_import(tx, SystemClock(), actor, bank_id=bank_id, origin=origin, runner=runner)
    answer = client.post("/c/bank/KNOWN/signal", json={"pdq": "0" * 64})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_the_note_of_an_entry_of_a_list_is_the_lists_own(client: TestClient, engine: Engine, actor: Actor) -> None:
    banks.add_entries(
        engine, SystemClock(), actor, bank="KNOWN", entries=[NewEntry(signal_type="md5", value=bytes(16))]
    )
    numbers = [each for each in range(1, 40, 2) if client.get(f"/c/bank/KNOWN/content/{each}").status_code == 200]
    (number,) = numbers
    assert client.put(f"/c/bank/KNOWN/content/{number}", json={"note": "x"}).status_code == 403
    assert client.put(f"/c/bank/KNOWN/content/{number}", json={"disable_until_ts": 0}).status_code == 200


@pytest.mark.parametrize("number", ["x", "-2", "1.0", "9" * 30, "²"])
def test_what_is_no_number_is_no_content(client: TestClient, number: str) -> None:
    assert client.get(f"/c/bank/KNOWN/content/{number}").status_code == 404
