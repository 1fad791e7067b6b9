"""Health, types, indexes, and exchanges of which there are none."""

from typing import Any

import httpx2
import pytest

pytestmark = pytest.mark.few_on_postgresql()
"""What is answered here is made of no SQL: PostgreSQL is left to the long run."""


def test_the_status_is_exactly_one_word_and_no_json(hma: httpx2.Client) -> None:
    for path in ("/status", "/status/live"):
        answer = hma.get(path)
        assert (answer.status_code, answer.text) == (200, "I-AM-ALIVE")
        assert answer.headers["content-type"].startswith("text/html")


def test_the_site_map_lists_paths(hma: httpx2.Client) -> None:
    told = hma.get("/site-map").json()
    assert isinstance(told, list)
    assert {"/status", "/h/hash", "/m/lookup", "/c/banks"} <= {str(each) for each in told}


def test_connections_are_kept(hma: httpx2.Client) -> None:
    assert hma.get("/status").headers.get("connection", "keep-alive").lower() in {"keep-alive", "close"}


def test_the_types_of_signals_and_content_are_listed(hma: httpx2.Client) -> None:
    types = {each["name"]: each["enabled_ratio"] for each in hma.get("/c/signal_type").json()}
    assert types["pdq"] == types["video_md5"] == 1.0
    kinds = {each["name"]: each["enabled"] for each in hma.get("/c/content_type").json()}
    assert (kinds["photo"], kinds["video"]) == (True, True)


@pytest.mark.parametrize("path", ["/c/signal_types", "/c/content_types"])
def test_plural_paths_are_404(hma: httpx2.Client, path: str) -> None:
    assert hma.get(path).status_code == 404


def test_the_state_of_the_indexes_is_told(hma: httpx2.Client) -> None:
    told = hma.get("/c/signal_type/index").json()["pdq"]
    keys = {"db_size", "index_size", "index_out_of_date", "newest_db_item", "index_built_to"}
    assert told.keys() == keys
    status = hma.get("/m/index/status").json()["pdq"]
    assert status.keys() == {"present", "built_to", "size"}
    assert type(status["size"]) is int


def test_one_type_may_be_named(hma: httpx2.Client) -> None:
    query = {"signal_type": "pdq"}
    assert hma.get("/m/index/status", params=query).json().keys() == {"pdq"}
    assert hma.get("/c/signal_type/index", params=query).json().keys() == {"pdq"}
    assert hma.get("/m/index/status", params={"signal_type": "x"}).status_code == 400


def test_exchanges_and_their_kinds_are_lists(hma: httpx2.Client) -> None:
    assert isinstance(hma.get("/c/exchanges").json(), list)
    assert isinstance(hma.get("/c/exchanges/apis").json(), list)


def test_an_exchange_that_is_not_there_is_404(hma: httpx2.Client) -> None:
    for path in ("/c/exchange/NOT_THERE", "/c/exchange/NOT_THERE/status"):
        answer = hma.get(path)
        assert answer.status_code == 404
        assert isinstance(answer.json()["message"], str)
    assert hma.put("/c/exchange/NOT_THERE", json={"enabled": True}).status_code == 404


def test_an_exchange_of_an_unknown_kind_is_refused(hma: httpx2.Client) -> None:
    answer = hma.post("/c/exchanges", json={"bank": "NEW", "api": "not_there", "api_json": {}})
    assert answer.status_code == 400
    assert isinstance(answer.json()["message"], str)
    for path in ("/c/exchanges/api/not_there", "/c/exchanges/api/not_there/schema"):
        assert hma.get(path).status_code in {400, 404}


@pytest.mark.usefixtures("strict")
class TestWhereHmaIsAtFault:
    def test_connections_stay_open(self, hma: httpx2.Client) -> None:
        assert hma.get("/status").headers.get("connection", "").lower() != "close"

    @pytest.mark.parametrize(("ratio", "status"), [(1.0, 200), (0.5, 403), ("x", 400)])
    def test_a_signal_type_is_changed_or_refused_with_a_reason(
        self, hma: httpx2.Client, ratio: Any, status: int
    ) -> None:
        answer = hma.put("/c/signal_type/pdq", json={"enabled_ratio": ratio})
        assert answer.status_code == status
        assert isinstance(answer.json(), dict)
