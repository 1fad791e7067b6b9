"""Contents: adding by file, address and signal; reading, switching, deleting; only through their own bank."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

pytestmark = pytest.mark.few_on_postgresql()
"""What SQL gives for these is tried on both in tests/web/hma and tests/flow/banks."""

NewBank = Callable[..., str]
NewPdq = Callable[[], str]
Picture = Callable[[int], bytes]


@pytest.fixture
def content(hma: httpx2.Client, bank: str, new_pdq: NewPdq) -> str:
    """The path of a content of one signal."""
    return f"/c/bank/{bank}/content/{hma.post(f'/c/bank/{bank}/signal', json={'pdq': new_pdq()}).json()['id']}"


def test_a_file_is_added_and_its_signals_are_told(hma: httpx2.Client, bank: str, picture: Picture) -> None:
    answer = hma.post(f"/c/bank/{bank}/content", files={"photo": ("x", picture(41))})
    assert answer.status_code == 200
    told = answer.json()
    assert told.keys() == {"id", "signals"}
    assert type(told["id"]) is int
    assert told["signals"] == hma.post("/h/hash", files={"photo": ("x", picture(41))}).json()


def test_a_video_is_added(hma: httpx2.Client, bank: str) -> None:
    answer = hma.post(f"/c/bank/{bank}/content", files={"video": ("x", b"abc")})
    assert set(answer.json()["signals"]) == {"video_md5"}


@pytest.mark.parametrize("before", [True, False])
def test_metadata_and_note_stand_beside_the_file(hma: httpx2.Client, bank: str, picture: Picture, before: bool) -> None:
    fields = [("metadata", (None, json.dumps({"content_id": "post-9"}))), ("note", (None, "seen twice"))]
    file = [("photo", ("x", picture(42)))]
    parts = fields + file if before else file + fields
    number = hma.post(f"/c/bank/{bank}/content", files=parts).json()["id"]
    told = hma.get(f"/c/bank/{bank}/content/{number}").json()
    assert told["note"] == "seen twice"
    assert told["metadata"]["content_id"] == "post-9"


def test_an_address_is_added_with_metadata_in_its_body(
    hma: httpx2.Client, bank: str, shelf: Any, picture: Picture
) -> None:
    url = shelf.put("/added.png", picture(43), "image/png")
    body = {"metadata": {"content_id": "post-10"}}
    number = hma.post(f"/c/bank/{bank}/content", params={"url": url}, json=body).json()["id"]
    assert hma.get(f"/c/bank/{bank}/content/{number}").json()["metadata"]["content_id"] == "post-10"


def test_a_content_is_read(hma: httpx2.Client, bank: str, content: str) -> None:
    told = hma.get(content).json()
    assert told == {
        "id": int(content.rsplit("/", 1)[1]),
        "bank": {"name": bank, "matching_enabled_ratio": 1.0},
        "disable_until_ts": 1,
        "original_media_uri": None,
    }


def test_its_signals_are_told_when_they_are_asked_for(hma: httpx2.Client, bank: str, new_pdq: NewPdq) -> None:
    signals = {"pdq": new_pdq(), "video_md5": new_pdq()[:32]}
    added = hma.post(f"/c/bank/{bank}/signal", json=signals).json()
    assert added["signals"] == signals
    query = {"include_signals": "true"}
    assert hma.get(f"/c/bank/{bank}/content/{added['id']}", params=query).json()["signals"] == signals


def test_the_same_signal_twice_is_two_contents(hma: httpx2.Client, bank: str, new_pdq: NewPdq) -> None:
    value = new_pdq()
    numbers = [hma.post(f"/c/bank/{bank}/signal", json={"pdq": value}).json()["id"] for _ in range(2)]
    assert len(set(numbers)) == 2


def test_an_upper_case_md5_is_lowered_and_an_upper_case_pdq_refused(
    hma: httpx2.Client, bank: str, new_pdq: NewPdq
) -> None:
    value = new_pdq()
    added = hma.post(f"/c/bank/{bank}/signal", json={"video_md5": value[:32].upper()})
    assert added.json()["signals"] == {"video_md5": value[:32]}
    assert hma.post(f"/c/bank/{bank}/signal", json={"pdq": "A" + value[1:].upper()}).status_code == 400


@pytest.mark.parametrize("body", [{}, {"x": "0"}, {"pdq": "0"}, {"pdq": "z" * 64}])
def test_what_are_no_signals_is_400(hma: httpx2.Client, bank: str, body: Any) -> None:
    answer = hma.post(f"/c/bank/{bank}/signal", json=body)
    assert answer.status_code == 400
    assert isinstance(answer.json()["message"], str)


def test_nothing_is_added_without_media_or_to_a_bank_that_is_not_there(
    hma: httpx2.Client, bank: str, picture: Picture
) -> None:
    assert hma.post(f"/c/bank/{bank}/content").status_code == 400
    assert hma.post("/c/bank/NOT_THERE/signal", json={"pdq": "0" * 64}).status_code == 404
    assert hma.post("/c/bank/NOT_THERE/content", files={"photo": ("x", picture(2))}).status_code == 404


def test_a_note_of_256_characters_is_400(hma: httpx2.Client, bank: str, content: str, picture: Picture) -> None:
    parts = [("photo", ("x", picture(44))), ("note", (None, "n" * 256))]
    assert hma.post(f"/c/bank/{bank}/content", files=parts).status_code == 400


def test_a_change_is_told_in_another_shape(hma: httpx2.Client, bank: str, content: str) -> None:
    answer = hma.put(content, json={"disable_until_ts": 0})
    assert answer.status_code == 200
    told = answer.json()
    assert told.keys() == {
        "id",
        "bank",
        "disable_until_ts",
        "note",
        "collab_metadata",
        "user_metadata",
        "original_media_uri",
    }
    assert told["disable_until_ts"] == 0
    assert hma.get(content).json()["disable_until_ts"] == 0


def test_a_content_is_switched_off_until_a_time(hma: httpx2.Client, content: str) -> None:
    until = int(time.time()) + 3600
    assert hma.put(content, json={"disable_until_ts": until}).json()["disable_until_ts"] == until
    assert hma.get(content).json()["disable_until_ts"] == until
    assert hma.put(content, json={"disable_until_ts": 1}).json()["disable_until_ts"] == 1


def test_more_than_five_years_is_400(hma: httpx2.Client, content: str) -> None:
    until = int(time.time()) + 6 * 366 * 86_400
    assert hma.put(content, json={"disable_until_ts": until}).status_code == 400
    assert hma.get(content).json()["disable_until_ts"] == 1


def test_a_note_is_changed_and_the_number_stays(hma: httpx2.Client, content: str) -> None:
    assert hma.put(content, json={"note": "seen twice"}).json()["note"] == "seen twice"
    told = hma.get(content).json()
    assert (told["note"], told["id"]) == ("seen twice", int(content.rsplit("/", 1)[1]))


def test_a_content_is_deleted_once(hma: httpx2.Client, content: str) -> None:
    assert hma.delete(content).json() == {"deleted": 1}
    assert hma.delete(content).json() == {"deleted": 0}
    assert hma.get(content).status_code == 404


def test_a_content_that_is_not_there_is_404(hma: httpx2.Client, bank: str) -> None:
    for answer in (hma.get(f"/c/bank/{bank}/content/1999999998"), hma.get("/c/bank/NOT_THERE/content/1")):
        assert answer.status_code == 404


@pytest.mark.usefixtures("strict")
class TestWhereHmaIsAtFault:
    def test_a_content_is_reached_through_its_own_bank_alone(
        self, hma: httpx2.Client, new_bank: NewBank, content: str
    ) -> None:
        through_another = f"/c/bank/{new_bank()}/content/{content.rsplit('/', 1)[1]}"
        assert hma.get(through_another).status_code == 404
        assert hma.put(through_another, json={"disable_until_ts": 0}).status_code == 404
        assert hma.delete(through_another).json() == {"deleted": 0}
        assert hma.get(content).json()["disable_until_ts"] == 1

    @pytest.mark.parametrize("wrong", [None, -1, "soon", True, 1.5, 10**30])
    def test_a_time_that_is_none_is_400(self, hma: httpx2.Client, content: str, wrong: Any) -> None:
        assert hma.put(content, json={"disable_until_ts": wrong}).status_code == 400

    @pytest.mark.parametrize("body", [[], ["x"], "x", 3])
    def test_signals_that_are_no_object_are_400(self, hma: httpx2.Client, bank: str, body: Any) -> None:
        assert hma.post(f"/c/bank/{bank}/signal", json=body).status_code == 400

    def test_metadata_of_a_clients_own_making_does_not_lose_the_content(
        self, hma: httpx2.Client, bank: str, picture: Picture
    ) -> None:
        told = json.dumps({"itemId": "1", "anything": {"at": "all"}})
        parts = [("photo", ("x", picture(45))), ("metadata", (None, told))]
        assert hma.post(f"/c/bank/{bank}/content", files=parts).status_code == 200

    def test_metadata_in_the_query_of_an_address_is_not_dropped(
        self, hma: httpx2.Client, bank: str, shelf: Any, picture: Picture
    ) -> None:
        url = shelf.put("/queried.png", picture(46), "image/png")
        query = {"url": url, "metadata": json.dumps({"content_id": "post-11"}), "note": "by query"}
        number = hma.post(f"/c/bank/{bank}/content", params=query).json()["id"]
        told = hma.get(f"/c/bank/{bank}/content/{number}").json()
        assert (told["metadata"], told["note"]) == ({"content_id": "post-11"}, "by query")

    def test_what_cannot_be_decoded_or_told_apart_is_400(self, hma: httpx2.Client, bank: str, flat: bytes) -> None:
        for body in (b"", b"no picture", flat):
            answer = hma.post(f"/c/bank/{bank}/content", files={"photo": ("x", body)})
            assert answer.status_code == 400
            assert isinstance(answer.json()["message"], str)
