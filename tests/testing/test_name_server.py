"""The trial name server answers over the network, and may answer differently each time."""

import socket

import pytest

from safelight.testing.name_server import trial_name_server


def test_answers_are_given_in_turn_and_the_last_one_stays() -> None:
    with trial_name_server({"a.example": [["192.0.2.1", "2001:db8::1"], ["127.0.0.1"]]}) as names:
        found = [[place[0] for *_, place in names.resolve("A.example", 80)] for _ in range(3)]
    assert found == [["192.0.2.1", "2001:db8::1"], ["127.0.0.1"], ["127.0.0.1"]]
    assert names.asked == {"a.example": 3}


def test_addresses_resolve_to_themselves_and_unknown_names_to_nothing() -> None:
    with trial_name_server({}) as names:
        assert [place for *_, place in names.resolve("::1", 80)] == [("::1", 80, 0, 0)]
        with pytest.raises(socket.gaierror):
            names.resolve("b.example", 80)
