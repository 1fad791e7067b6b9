"""Whatever stands where a name, a number or a text is expected is refused, or answered, in JSON; on each database."""

import json
from collections.abc import Sequence
from itertools import product
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from safelight.web.hma.app import open_door
from safelight.web.hma.door import Rule

ODD = ("\0", "9" * 5000, str(2**63), "1e400", "\ud800", "😀", "' OR 1=1 --")
QUERIES = ("banks", "seed", "signal_type", "signal", "url", "types", "include_signals")
KEYS = ("name", "enabled_ratio", "note", "disable_until_ts", "md5", "\ud800")
VALUES = (*ODD, None, 10**400, -1, [], {}, ["\ud800", "\0"])
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def rules() -> Sequence[Rule]:
    return open_door(None, lambda _: None).rules  # type: ignore[arg-type] # rules need no parts


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def _at(rule: Rule, odd: str) -> str:
    """Return an address with an odd value in the last place of the path that takes one, and a bank before that."""
    parts = rule.path.split("/")
    places = [number for number, part in enumerate(parts) if part.startswith("{")]
    for number in places:
        parts[number] = _quoted(odd) if number == places[-1] else "KNOWN"
    return "/".join(parts)


def _require_refused_or_answered(client: TestClient, method: str, address: str, **more) -> None:
    answer = client.request(method, address, **more)
    assert answer.status_code < 500, (method, address[:200], str(more)[:200], answer.text)
    answer.json()


def test_in_paths(client: TestClient, rules: list[Rule]) -> None:
    for rule, odd in product([rule for rule in rules if "{" in rule.path], ODD):
        body = {"content": b"{}", "headers": JSON} if rule.method in {"PUT", "POST"} else {}
        _require_refused_or_answered(client, rule.method, _at(rule, odd), **body)


def test_in_parameters(client: TestClient, rules: list[Rule]) -> None:
    usual = {"signal_type": "pdq", "signal": "00" * 32}
    for path in {rule.path for rule in rules if rule.method == "GET" and rule.permissions and "{" not in rule.path}:
        for name, odd in product(QUERIES, ODD):
            asked = "&".join(f"{each}={_quoted(value)}" for each, value in {**usual, name: odd}.items())
            _require_refused_or_answered(client, "GET", f"{path}?{asked}")


def test_in_bodies(client: TestClient, numbers: dict[str, int]) -> None:
    addresses = [
        ("POST", "/c/banks"),
        ("PUT", "/c/bank/OTHER"),
        ("POST", "/c/bank/OTHER/signal"),
        ("PUT", f"/c/bank/KNOWN/content/{numbers['KNOWN']}"),
        ("POST", "/m/compare"),
        ("PUT", "/c/signal_type/pdq"),
    ]
    for (method, address), key, value in product(addresses, KEYS, VALUES):
        body = json.dumps({key: value}).encode()
        _require_refused_or_answered(client, method, address, content=body, headers=JSON)
