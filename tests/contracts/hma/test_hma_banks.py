"""Banks: names, ratios, and the status codes that clients go by."""

from collections.abc import Callable

import httpx2
import pytest

pytestmark = pytest.mark.few_on_postgresql()
"""What SQL gives for these is tried on both in tests/web/hma and tests/flow/banks."""

NewBank = Callable[..., str]


def test_a_bank_is_made_with_201_and_shown(hma: httpx2.Client, bank: str) -> None:
    assert hma.get(f"/c/bank/{bank}").json() == {"name": bank, "matching_enabled_ratio": 1.0}
    assert {"name": bank, "matching_enabled_ratio": 1.0} in hma.get("/c/banks").json()


def test_a_whole_ratio_is_written_with_a_decimal_point(hma: httpx2.Client, bank: str) -> None:
    """One client takes a number without it for another type, and fails."""
    assert '"matching_enabled_ratio":1.0' in hma.get(f"/c/bank/{bank}").text.replace(" ", "")


@pytest.mark.parametrize(("given", "told"), [(0.25, 0.25), ("0.25", 0.25), (0, 0.0), ("1", 1.0)])
def test_a_ratio_may_be_a_number_or_a_text(
    hma: httpx2.Client, new_bank: NewBank, given: float | str, told: float
) -> None:
    name = new_bank(enabled_ratio=given)
    assert hma.get(f"/c/bank/{name}").json()["matching_enabled_ratio"] == told


def test_a_name_that_is_taken_is_403_and_says_so(hma: httpx2.Client, bank: str) -> None:
    answer = hma.post("/c/banks", json={"name": bank})
    assert answer.status_code == 403
    assert "already" in answer.json()["message"]


@pytest.mark.parametrize("name", ["lower", "1ST", "WITH SPACE", "DASH-ED", "", "DÉJÀ"])
def test_a_name_of_another_form_is_400(hma: httpx2.Client, name: str) -> None:
    answer = hma.post("/c/banks", json={"name": name})
    assert answer.status_code == 400
    assert isinstance(answer.json()["message"], str)


def test_a_name_that_is_missing_is_400(hma: httpx2.Client) -> None:
    assert hma.post("/c/banks", json={}).status_code == 400


def test_a_body_that_is_no_json_is_refused_with_a_message(hma: httpx2.Client) -> None:
    labelled = hma.post("/c/banks", content=b"{", headers={"Content-Type": "application/json"})
    plain = hma.post("/c/banks", content=b"name=X", headers={"Content-Type": "text/plain"})
    assert (labelled.status_code, plain.status_code) == (400, 415)
    assert all(isinstance(answer.json()["message"], str) for answer in (labelled, plain))


def test_a_bank_that_is_not_there_is_404(hma: httpx2.Client) -> None:
    for answer in (hma.get("/c/bank/NOT_THERE"), hma.put("/c/bank/NOT_THERE", json={"enabled": True})):
        assert answer.status_code == 404
        assert isinstance(answer.json()["message"], str)


def test_a_bank_is_switched_and_its_ratio_changed(hma: httpx2.Client, bank: str) -> None:
    for asked, told in (({"enabled": False}, 0.0), ({"enabled": True}, 1.0), ({"enabled_ratio": 0.5}, 0.5)):
        answer = hma.put(f"/c/bank/{bank}", json=asked)
        assert (answer.status_code, answer.json()) == (200, {"name": bank, "matching_enabled_ratio": told})


def test_a_bank_is_renamed(hma: httpx2.Client, bank: str) -> None:
    assert hma.put(f"/c/bank/{bank}", json={"name": f"{bank}_B"}).json()["name"] == f"{bank}_B"
    assert hma.get(f"/c/bank/{bank}").status_code == 404
    assert hma.put(f"/c/bank/{bank}_B", json={"name": bank}).status_code == 200


def test_a_bank_is_not_renamed_to_a_name_that_is_taken(hma: httpx2.Client, new_bank: NewBank) -> None:
    first, second = new_bank(), new_bank()
    assert hma.put(f"/c/bank/{first}", json={"name": second}).status_code == 403
    assert hma.get(f"/c/bank/{first}").status_code == 200


def test_a_bank_is_deleted_and_again_with_the_same_answer(hma: httpx2.Client, bank: str) -> None:
    for _ in range(2):
        answer = hma.delete(f"/c/bank/{bank}")
        assert answer.status_code == 200
        assert isinstance(answer.json()["message"], str)
    assert hma.get(f"/c/bank/{bank}").status_code == 404


def test_doubled_slashes_are_one(hma: httpx2.Client, bank: str) -> None:
    """One client's default address ends in a slash."""
    address = str(hma.base_url).rstrip("/")
    assert hma.get(f"{address}//c/banks").status_code == 200
    assert hma.get(f"{address}//c/bank/{bank}").json()["name"] == bank


@pytest.mark.usefixtures("strict")
class TestWhereHmaIsAtFault:
    def test_a_bank_may_be_made_switched_off(self, hma: httpx2.Client, new_bank: NewBank) -> None:
        name = new_bank(enabled=False)
        assert hma.get(f"/c/bank/{name}").json()["matching_enabled_ratio"] == 0.0

    @pytest.mark.parametrize("ratio", [7, -1, "x", "nan", True, [1]])
    def test_a_ratio_beyond_0_to_1_is_400_and_changes_nothing(
        self, hma: httpx2.Client, bank: str, ratio: object
    ) -> None:
        assert hma.put(f"/c/bank/{bank}", json={"enabled_ratio": ratio}).status_code == 400
        assert hma.get(f"/c/bank/{bank}").json()["matching_enabled_ratio"] == 1.0

    def test_a_name_that_is_far_too_long_is_400(self, hma: httpx2.Client) -> None:
        assert hma.post("/c/banks", json={"name": "A" * 256}).status_code == 400

    def test_unknown_paths_and_methods_are_answered_in_json(self, hma: httpx2.Client) -> None:
        unknown, method = hma.get("/c/nothing"), hma.request("PATCH", "/c/banks")
        assert (unknown.status_code, method.status_code) == (404, 405)
        assert all(isinstance(answer.json()["message"], str) for answer in (unknown, method))
