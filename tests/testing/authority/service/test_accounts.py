"""Who calls is known by HTTP Basic, and may do what its account allows."""

import base64

import pytest

from safelight.testing.authority.refused import Refused
from safelight.testing.authority.service.accounts import Account, who_asks
from safelight.testing.authority.state.calls import Call

_ACCOUNTS = [Account(user="one", password="p:1"), Account(user="zwei", password="ü")]


def _basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def test_users_are_told_apart() -> None:
    assert who_asks(_basic("one:p:1"), _ACCOUNTS).user == "one"
    assert who_asks(_basic("zwei:ü").replace("Basic", "basic"), _ACCOUNTS).user == "zwei"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic ???",
        _basic("one"),
        _basic("one:p"),
        _basic("one:ü"),
        _basic("zwei:p:1"),
        "Bearer b25lOnA6MQ==",
        f"Basic {base64.b64encode(bytes([255, 58])).decode()}",
    ],
)
def test_nobody_else_is_known(header: str) -> None:
    with pytest.raises(Refused) as refused:
        who_asks(header, _ACCOUNTS)
    assert refused.value.code == 2000


@pytest.mark.parametrize(
    ("account", "codes"),
    [
        (Account(user="u", password="p"), [0, 0, 0, 0, 0, 0, 0]),
        (Account(user="u", password="p", is_barred=True), [3000] * 7),
        (Account(user="u", password="p", may_submit=False), [0, 0, 3100, 0, 0, 0, 0]),
        (Account(user="u", password="p", may_update=False), [0, 0, 0, 3300, 3300, 3300, 3300]),
    ],
)
def test_an_account_may_do_what_it_may(account: Account, codes: list[int]) -> None:
    assert [_code(account, call) for call in Call] == codes


def _code(account: Account, call: Call) -> int:
    try:
        account.require(call)
    except Refused as refused:
        return refused.code
    return 0


def test_a_password_is_not_shown() -> None:
    assert "p:1" not in repr(_ACCOUNTS)
