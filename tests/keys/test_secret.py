import pytest

from safelight.errors import KeysUnusable
from safelight.keys.secret import open_secret, seal_secret, secret_context
from safelight.testing.keys import MemoryKeys


def test_a_secret_opens_under_its_name() -> None:
    keys = MemoryKeys()
    wrapped = seal_secret(keys, "authority/ncmec", b"password")
    assert open_secret(keys, "authority/ncmec", wrapped) == b"password"


def test_a_secret_does_not_open_under_another_name() -> None:
    keys = MemoryKeys()
    wrapped = seal_secret(keys, "authority/ncmec", b"password")
    with pytest.raises(KeysUnusable):
        open_secret(keys, "authority/other", wrapped)


def test_the_context_of_a_secret_is_its_own() -> None:
    assert secret_context("a") == b"safelight/secret/a"
