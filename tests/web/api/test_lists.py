"""Lists go in wholly or not at all, as they come; they go out to keys that may, on record, and whole."""

import pytest

import safelight
from safelight.banks import queries
from safelight.database.transaction import read
from safelight.roles import Permission

BANK = "/api/v1/banks/other"
LINES = "".join(f"md5 {number:032x}\n" for number in range(1000))


def _import(client, body, **query):
    return client.post(f"{BANK}/import", content=body, params={"format": "typed_lines", **query})


def _counts(client) -> dict:
    return client.get(BANK).json()["entries"]


def test_a_list_goes_in_and_a_repeat_changes_nothing(client) -> None:
    first, again = (_import(client, LINES, name="list.txt").json() for _ in range(2))
    assert (first["read"], first["unit"], first["added"]) == (1000, "line", 1000)
    assert (again["added"], again["already_there"]) == (0, 1000)
    assert _counts(client) == {"md5": 1000}


def test_what_is_known_of_a_list_is_told_beside_it(client, house) -> None:
    body = "digest,what\n" + "ab" * 16 + ",A1\n"
    query = {"format": "csv", "column": ["value=digest", "label=2"], "type": "md5", "label_scheme": "test"}
    assert client.post(f"{BANK}/import", content=body, params=query).json()["added"] == 1
    with read(house.engine) as tx:
        (entry,) = queries.page_entries(tx, queries.find_bank(tx, "other").id)
    assert (entry.label, entry.label_scheme, entry.provenance.origin) == ("A1", "test", "api")


def test_a_list_that_is_malformed_or_short_changes_nothing_and_repeats_no_value(client) -> None:
    malformed = _import(client, LINES + "md5 " + "ef" * 15 + "\n")
    short, cut = _import(client, LINES, expect=1001), _import(client, LINES[:-1])
    assert {answer.json()["code"] for answer in (malformed, short, cut)} == {"list_refused"}
    assert {answer.status_code for answer in (malformed, short, cut)} == {422}
    assert "efef" not in malformed.text
    assert _counts(client) == {}


class TestBounds:
    @pytest.fixture
    def house(self, house: safelight.Workspace, monkeypatch) -> safelight.Workspace:
        monkeypatch.setenv("SAFELIGHT_IMPORT_MAX_MIB", "1")
        return safelight.open_workspace(house.settings.workspace)

    def test_a_list_that_is_too_long_is_given_up_as_it_comes(self, client) -> None:
        answer = _import(client, (b"# a comment\n" * 10_000 for _ in range(20)))
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert _counts(client) == {}
        assert _import(client, LINES).json()["added"] == 1000  # nothing is left that holds the bank


def test_a_list_goes_out_and_comes_back_the_same(client, acts) -> None:
    _import(client, LINES)
    for list_format in ("csv", "json_lines", "dump"):
        headers = {"Safelight-Reason": "a copy"}
        answer = client.get(f"{BANK}/export", params={"format": list_format}, headers=headers)
        assert (answer.status_code, int(answer.headers["content-length"])) == (200, len(answer.content))
        back = _import(client, answer.content, format=list_format).json()
        assert (back["added"], back["already_there"]) == (0, 1000)
        assert (back["written_from"] is not None) == (list_format == "dump")
    assert {(act.actor.name, act.reason) for act in acts("export_bank")} == {("all", "a copy")}
    assert len(acts("export_bank")) == 3


def test_what_was_sent_is_nowhere_left(client, tmp_path) -> None:
    _import(client, LINES)
    client.get(f"{BANK}/export")
    files = [path for path in (tmp_path / "workspace" / "spool").rglob("*") if path.is_file()]
    assert [path for path in files if path.suffix != ".lock"] == []


def test_only_some_keys_take_lists_out_or_in(client_of, keys, client) -> None:
    writer = client_of(keys.add("writer", Permission.BANK_WRITE, Permission.BANK_READ, Permission.ENTRY_VALUE))
    assert writer.get(f"{BANK}/export").status_code == 403
    scoped = client_of(keys.add("scoped", Permission.BANK_WRITE, Permission.BANK_EXPORT, banks=frozenset({"known"})))
    assert {scoped.get(f"{BANK}/export").status_code, _import(scoped, LINES).status_code} == {403}
    assert client.get("/api/v1/banks/nowhere/export").json()["code"] == "not_found"
    assert client.post("/api/v1/banks/nowhere/import", content=LINES, params={"format": "csv"}).status_code == 404


def test_a_dump_of_an_allow_list_is_not_taken_for_an_ordinary_list(client) -> None:
    client.post("/api/v1/banks", json={"name": "harmless", "is_allow_list": True})
    entries = {"entries": [{"type": "md5", "value": "ab" * 16}]}
    client.post("/api/v1/banks/harmless/entries", json=entries)
    dump = client.get("/api/v1/banks/harmless/export", params={"format": "dump"}).content
    assert _import(client, dump, format="dump").json()["code"] == "list_refused"
    assert _import(client, dump, format="dump", other_kind=True).json()["written_from"]["is_allow_list"] is True


def test_what_has_the_wrong_form_is_refused(client) -> None:
    for query in ({"format": "x"}, {"expect": "x"}, {"more": 1}, {"name": " "}, {"format": "csv", "column": "x"}):
        answer = _import(client, LINES, **query)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value"), query
    assert client.post(f"{BANK}/import", content=LINES).status_code == 422
    assert client.get(f"{BANK}/export", params={"format": "bare_lines"}).status_code == 422
