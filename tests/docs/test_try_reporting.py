"""The page about the fake authority says what is so: its example runs, its requests are taken, its faults are those."""

import json
import re
from pathlib import Path

import httpx2
import pytest

from safelight.testing.authority import Wanted, fake_authority
from safelight.testing.authority.faults.fault import NAMED

_PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "try-reporting-without-an-authority.md"


@pytest.fixture(scope="module")
def page() -> str:
    return _PAGE.read_text()


def test_the_example_for_tests_runs(page: str) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(example, _PAGE.name, "exec"), {})


def test_the_requests_to_the_control_address_are_taken(page: str) -> None:
    sent = re.findall(r"-d '([^']+)' http://127.0.0.1:8691(\S+)", page)
    asked = re.findall(r"^curl '?http://127.0.0.1:8691([^'\s]+)", page, re.MULTILINE)
    assert (len(sent), len(asked)) == (4, 4)
    with fake_authority(Wanted(control_port=0)) as fake, httpx2.Client(base_url=fake.control_address or "") as client:
        assert [client.post(path, json=json.loads(body)).status_code for body, path in sent] == [200] * 4
        assert [client.get(path).status_code for path in asked] == [200] * 4
        assert client.delete("/faults").status_code == 200


def test_every_fault_is_in_the_table_and_nothing_else(page: str) -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", page, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(NAMED)
