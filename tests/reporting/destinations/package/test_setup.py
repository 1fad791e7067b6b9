"""What the operator sets up is read strictly, and told back as it is."""

import json

import pytest

from safelight.errors import InvalidValue
from safelight.reporting.destinations.package.setup import read_setup, setup_bytes


def test_a_setup_is_read_as_it_was_written(sender) -> None:
    assert read_setup(setup_bytes(sender.setup)) == sender.setup
    assert setup_bytes(read_setup(setup_bytes(sender.setup))) == setup_bytes(sender.setup)


def test_what_is_not_said_is_on_the_safe_side(sender) -> None:
    told = json.loads(setup_bytes(sender.setup))
    for name in ("test", "language", "service"):
        del told[name]
    read = read_setup(json.dumps(told).encode())
    assert (read.is_test, read.language.value, read.service) == (True, "en", "")


def test_an_ssh_key_will_do(sender) -> None:
    told = json.loads(setup_bytes(sender.setup))
    told["keys"] = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINvJyJHqF3HqTPNrq4Q5Qf4LgqyK2qYzJ1lqkH0qfhVY a@b"]
    assert read_setup(json.dumps(told).encode()).recipient_keys == tuple(told["keys"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"recipient": ""}, '"recipient"'),
        ({"recipient": "x" * 201}, '"recipient"'),
        ({"keys": []}, "at least one recipient"),
        ({"keys": ["age1nothing"]}, "no public key"),
        ({"keys": ["AGE-SECRET-KEY-1QQ"]}, "no public key"),
        ({"keys": "age1"}, '"keys"'),
        ({"folder": "packages"}, "whole path"),
        ({"folder": "/a\0b"}, '"folder"'),
        ({"organisation": 7}, '"organisation"'),
        ({"contact": " "}, '"contact"'),
        ({"language": "xx"}, '"language"'),
        ({"test": "no"}, '"test"'),
        ({"password": "x"}, "no setting 'password'"),
    ],
)
def test_what_is_wrong_is_refused_with_its_name(sender, change, says: str) -> None:
    told = json.loads(setup_bytes(sender.setup)) | change
    with pytest.raises(InvalidValue, match=says):
        read_setup(json.dumps(told).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b"[" * 200_000])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidValue, match="one JSON object"):
        read_setup(data)
