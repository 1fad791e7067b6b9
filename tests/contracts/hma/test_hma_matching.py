"""Matching: shapes of the answers, distances, ratios, seeds, and what acts at once."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

pytestmark = pytest.mark.few_on_postgresql()
"""What most of these ask is the index: PostgreSQL is left to the long run, where a test says nothing else."""


NewBank = Callable[..., str]
NewPdq = Callable[[], str]
Eventually = Callable[[Callable[[], Any], Any], Any]
Picture = Callable[[int], bytes]


def _add(hma: httpx2.Client, bank: str, **signals: str) -> int:
    answer = hma.post(f"/c/bank/{bank}/signal", json=signals)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["id"])


def _look_up(hma: httpx2.Client, signal: str, signal_type: str = "pdq", **query: str) -> Any:
    answer = hma.get("/m/lookup", params={"signal": signal, "signal_type": signal_type, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def _altered(value: str, bits: int) -> str:
    mask = (1 << bits) - 1
    return f"{int(value, 16) ^ mask:064x}"


@pytest.mark.few_on_postgresql("postgresql")
def test_a_match_tells_bank_content_and_distance_as_a_text(
    hma: httpx2.Client, bank: str, new_pdq: NewPdq, eventually: Eventually
) -> None:
    value = new_pdq()
    number = _add(hma, bank, pdq=value)
    eventually(lambda: _look_up(hma, value), {bank: [{"bank_content_id": number, "distance": "0"}]})


def test_what_is_not_known_is_an_empty_object(hma: httpx2.Client, new_pdq: NewPdq) -> None:
    assert _look_up(hma, new_pdq()) == {}
    assert _look_up(hma, "00" * 16, "video_md5") == {}


def test_31_bits_match_and_32_do_not(hma: httpx2.Client, bank: str, new_pdq: NewPdq, eventually: Eventually) -> None:
    value = new_pdq()
    number = _add(hma, bank, pdq=value)
    near = {bank: [{"bank_content_id": number, "distance": "31"}]}
    eventually(lambda: _look_up(hma, _altered(value, 31)), near)
    assert _look_up(hma, _altered(value, 32)) == {}


def test_a_video_matches_by_its_md5_in_either_case(
    hma: httpx2.Client, bank: str, new_pdq: NewPdq, eventually: Eventually
) -> None:
    value = new_pdq()[:32]
    _add(hma, bank, video_md5=value.upper())
    eventually(lambda: list(_look_up(hma, value, "video_md5")), [bank])
    assert list(_look_up(hma, value.upper(), "video_md5")) == [bank]


def test_banks_may_be_named(hma: httpx2.Client, new_bank: NewBank, new_pdq: NewPdq, eventually: Eventually) -> None:
    value, first, second = new_pdq(), new_bank(), new_bank()
    for name in (first, second):
        _add(hma, name, pdq=value)
    eventually(lambda: set(_look_up(hma, value)), {first, second})
    assert set(_look_up(hma, value, banks=first)) == {first}
    assert set(_look_up(hma, value, banks=f"{first},{second}")) == {first, second}


def test_unknown_parameters_are_passed_over(hma: httpx2.Client, new_pdq: NewPdq) -> None:
    assert _look_up(hma, new_pdq(), more="1") == {}


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"signal": "0" * 64},
        {"signal_type": "pdq"},
        {"signal": "0" * 64, "signal_type": "x"},
        {"signal": "0" * 63, "signal_type": "pdq"},
        {"signal": "z" * 64, "signal_type": "pdq"},
        {"signal": "A" * 64, "signal_type": "pdq"},
        {"signal": "", "signal_type": "pdq"},
    ],
)
@pytest.mark.parametrize("path", ["/m/lookup", "/m/raw_lookup"])
def test_what_is_no_signal_is_400_with_a_message_that_does_not_repeat_it(
    hma: httpx2.Client, path: str, query: dict[str, str]
) -> None:
    answer = hma.get(path, params=query)
    assert answer.status_code == 400
    assert isinstance(answer.json()["message"], str)


@pytest.mark.few_on_postgresql("postgresql")
def test_raw_matches_are_numbers_or_come_with_distances(
    hma: httpx2.Client, bank: str, new_pdq: NewPdq, eventually: Eventually
) -> None:
    value = new_pdq()
    number = _add(hma, bank, pdq=value)
    query = {"signal": value, "signal_type": "pdq"}
    eventually(lambda: hma.get("/m/raw_lookup", params=query).json(), {"matches": [number]})
    for yes in ("true", "True", "1"):
        answer = hma.get("/m/raw_lookup", params={**query, "include_distance": yes}).json()
        assert answer == {"matches": [{"bank_content_id": number, "distance": "0"}]}
    assert hma.get("/m/raw_lookup", params={**query, "signal": new_pdq()}).json() == {"matches": []}


def test_a_ratio_lets_some_look_ups_match_and_a_seed_decides_the_same_every_time(
    hma: httpx2.Client, bank: str, new_pdq: NewPdq, eventually: Eventually
) -> None:
    value = new_pdq()
    _add(hma, bank, pdq=value)
    eventually(lambda: list(_look_up(hma, value)), [bank])
    hma.put(f"/c/bank/{bank}", json={"enabled_ratio": 0.5})
    eventually(lambda: 0 < sum(bool(_look_up(hma, value, seed=str(seed))) for seed in range(40)) < 40, True)
    answers = [[bool(_look_up(hma, value, seed=str(seed))) for seed in range(40)] for _ in range(2)]
    assert answers[0] == answers[1]
    assert 8 <= sum(answers[0]) <= 32


@pytest.mark.few_on_postgresql("postgresql")
def test_switching_off_and_deleting_act(hma: httpx2.Client, bank: str, new_pdq: NewPdq, eventually: Eventually) -> None:
    value = new_pdq()
    number = _add(hma, bank, pdq=value)
    content = f"/c/bank/{bank}/content/{number}"
    eventually(lambda: list(_look_up(hma, value)), [bank])
    hma.put(content, json={"disable_until_ts": 0})
    eventually(lambda: _look_up(hma, value), {})
    hma.put(content, json={"disable_until_ts": 1})
    eventually(lambda: list(_look_up(hma, value)), [bank])
    hma.put(f"/c/bank/{bank}", json={"enabled": False})
    eventually(lambda: _look_up(hma, value), {})
    hma.put(f"/c/bank/{bank}", json={"enabled": True})
    eventually(lambda: list(_look_up(hma, value)), [bank])
    hma.delete(content)
    eventually(lambda: _look_up(hma, value), {})


def test_media_is_looked_up_by_each_of_its_types(
    hma: httpx2.Client, bank: str, picture: Picture, eventually: Eventually
) -> None:
    number = int(hma.post(f"/c/bank/{bank}/content", files={"photo": ("x", picture(31))}).json()["id"])
    hit = {"pdq": {bank: [{"bank_content_id": number, "distance": "0"}]}}
    eventually(lambda: hma.post("/m/lookup", files={"photo": ("x", picture(31))}, params={"banks": bank}).json(), hit)
    assert hma.post("/m/lookup", files={"photo": ("x", picture(32))}).json() == {"pdq": {}}
    assert hma.post("/m/lookup", files={"video": ("x", b"unknown")}).json() == {"video_md5": {}}


def test_media_is_looked_up_by_its_address(
    hma: httpx2.Client, bank: str, shelf: Any, picture: Picture, eventually: Eventually
) -> None:
    url = shelf.put("/known.png", picture(33), "image/png")
    added = hma.post(f"/c/bank/{bank}/content", params={"url": url})
    assert added.status_code == 200, added.text
    hit = {bank: [{"bank_content_id": added.json()["id"], "distance": "0"}]}
    query = {"url": url, "banks": bank}
    eventually(lambda: hma.get("/m/lookup", params=query).json(), {"pdq": hit})
    assert hma.get("/m/lookup", params={**query, "signal_type": "pdq"}).json() == hit


def test_a_coinflip_is_passed_by_for_media(
    hma: httpx2.Client, new_bank: NewBank, picture: Picture, eventually: Eventually
) -> None:
    bank = new_bank(enabled_ratio=0.001)
    hma.post(f"/c/bank/{bank}/content", files={"photo": ("x", picture(34))})
    query = {"bypass_coinflip": "true", "banks": bank}
    eventually(
        lambda: list(hma.post("/m/lookup", files={"photo": ("x", picture(34))}, params=query).json().get("pdq", {})),
        [bank],
    )


def test_pairs_are_compared(hma: httpx2.Client, new_pdq: NewPdq) -> None:
    value = new_pdq()
    for bits, matches in ((0, True), (31, True), (32, False)):
        answer = hma.post("/m/compare", json={"pdq": [value, _altered(value, bits)]})
        assert answer.json() == {"pdq": [matches, {"distance": bits}]}
    assert hma.post("/m/compare", json={}).json() == {}


@pytest.mark.parametrize("body", [{"x": ["0" * 64] * 2}, {"pdq": ["0" * 64]}, {"pdq": ["0", "1"]}, []])
def test_what_cannot_be_compared_is_refused(hma: httpx2.Client, body: Any) -> None:
    assert hma.post("/m/compare", json=body).status_code in {400, 422}


@pytest.mark.usefixtures("strict")
class TestWhereHmaIsAtFault:
    def test_a_coinflip_is_passed_by_for_signals_too(
        self, hma: httpx2.Client, new_bank: NewBank, new_pdq: NewPdq, eventually: Eventually
    ) -> None:
        value, bank = new_pdq(), new_bank(enabled_ratio=0.001)
        _add(hma, bank, pdq=value)
        eventually(lambda: list(_look_up(hma, value, bypass_coinflip="true")), [bank])

    def test_the_distance_of_a_video_is_a_whole_number(
        self, hma: httpx2.Client, bank: str, new_pdq: NewPdq, eventually: Eventually
    ) -> None:
        value = new_pdq()[:32]
        number = _add(hma, bank, video_md5=value)
        hit = {bank: [{"bank_content_id": number, "distance": "0"}]}
        eventually(lambda: _look_up(hma, value, "video_md5"), hit)

    def test_digests_are_compared(self, hma: httpx2.Client) -> None:
        answer = hma.post("/m/compare", json={"video_md5": ["00" * 16, "00" * 16], "md5": ["00" * 16, "01" * 16]})
        assert answer.json() == {"video_md5": [True, {"distance": 0}], "md5": [False, {"distance": 1}]}

    def test_raw_matches_hold_nothing_that_was_deleted(
        self, hma: httpx2.Client, bank: str, new_pdq: NewPdq, eventually: Eventually
    ) -> None:
        value, query = new_pdq(), {"signal_type": "pdq"}
        number = _add(hma, bank, pdq=value)
        query["signal"] = value
        eventually(lambda: hma.get("/m/raw_lookup", params=query).json(), {"matches": [number]})
        hma.delete(f"/c/bank/{bank}/content/{number}")
        eventually(lambda: hma.get("/m/raw_lookup", params=query).json(), {"matches": []})

    def test_matches_come_nearest_first(
        self, hma: httpx2.Client, bank: str, new_pdq: NewPdq, eventually: Eventually
    ) -> None:
        value = new_pdq()
        for bits in (20, 0, 9):
            _add(hma, bank, pdq=_altered(value, bits))

        def distances() -> list[str]:
            return [hit["distance"] for hit in _look_up(hma, value).get(bank, [])]

        eventually(distances, ["0", "9", "20"])

    @pytest.mark.few_on_postgresql("postgresql")
    def test_every_bank_is_told_however_many_lie_nearer(
        self, hma: httpx2.Client, new_bank: NewBank, new_pdq: NewPdq, eventually: Eventually
    ) -> None:
        value, crowded, far = new_pdq(), new_bank(), new_bank()
        for _ in range(40):
            _add(hma, crowded, pdq=value)
        _add(hma, far, pdq=_altered(value, 25))
        eventually(lambda: set(_look_up(hma, value)), {crowded, far})

    def test_a_flat_picture_matches_nothing_and_is_no_error(self, hma: httpx2.Client, flat: bytes) -> None:
        assert hma.post("/m/lookup", files={"photo": ("x", flat)}).json() == {"pdq": {}}

    def test_what_could_not_be_seen_is_no_miss(self, hma: httpx2.Client, picture: Picture) -> None:
        answer = hma.post("/m/lookup", files={"photo": ("x", picture(2)[:-200])})
        assert answer.status_code == 400

    def test_what_is_added_matches_within_a_second(self, hma: httpx2.Client, bank: str, new_pdq: NewPdq) -> None:
        import time

        value = new_pdq()
        _add(hma, bank, pdq=value)
        time.sleep(1)
        assert list(_look_up(hma, value)) == [bank]
