"""Every key service keeps the same promises."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safelight.errors import KeysNotExported, KeysUnusable
from safelight.keys.file import FileKeys
from safelight.keys.interface import MOST_SECRET_BYTES, KeyService, Wrapped
from safelight.keys.kms import KmsKeys
from safelight.keys.recovery import require_exported
from safelight.testing.keys import MemoryKeys
from safelight.testing.kms import TrialKms, trial_kms

AT = datetime(2026, 11, 23, tzinfo=UTC)
Make = Callable[[], KeyService]
SERVICES = ["memory", "file", "aws_kms"]


@pytest.fixture(scope="module")
def kms() -> Iterator[TrialKms]:
    """Run one stand-in for AWS KMS."""
    with trial_kms() as kms:
        yield kms


@pytest.fixture(params=SERVICES)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Make key services of one kind, each of an installation of its own, and none exported yet."""
    numbers = count()

    def make() -> KeyService:
        path = tmp_path / f"keys-{next(numbers)}.json"
        if request.param == "memory":
            return MemoryKeys(is_exported=False)
        if request.param == "file":
            keys = FileKeys(path)
            keys.create(keys.new_ring(AT))
            return keys
        kms: TrialKms = request.getfixturevalue("kms")
        kept = KmsKeys(path, key=kms.new_key(), open_client=lambda: kms.client)
        kept.create(kept.new_ring(AT))
        return kept

    return make


@pytest.fixture
def keys(make: Make) -> KeyService:
    """Be one key service."""
    return make()


@pytest.mark.parametrize("length", [0, 1, 32, 64, MOST_SECRET_BYTES - 200])
def test_what_is_wrapped_comes_back(keys: KeyService, length: int) -> None:
    if length == 0 and keys.describe().service == "aws_kms":
        length = 1  # KMS encrypts no empty secret
    secret = bytes(range(256)) * 16
    wrapped = keys.wrap(secret[:length], context=b"evidence/1")
    assert wrapped.key_id == keys.describe().active_key_id
    assert keys.unwrap(wrapped, context=b"evidence/1") == secret[:length]


def test_a_wrap_does_not_hold_the_secret(keys: KeyService) -> None:
    secret = b"a secret of thirty-two bytes....".ljust(64, b"!")
    assert secret[:8] not in keys.wrap(secret, context=b"c").data


def test_two_wraps_of_one_secret_differ(keys: KeyService) -> None:
    assert keys.wrap(b"same", context=b"c").data != keys.wrap(b"same", context=b"c").data


@pytest.mark.parametrize("context", [b"", b"evidence/2", b"evidence/1\x00", b"evidence/"])
def test_a_wrap_opens_under_its_own_context_alone(keys: KeyService, context: bytes) -> None:
    wrapped = keys.wrap(b"secret", context=b"evidence/1")
    with pytest.raises(KeysUnusable, match="altered or belongs to something else"):
        keys.unwrap(wrapped, context=context)


@pytest.fixture
def wrapped(keys: KeyService) -> Wrapped:
    return keys.wrap(b"secret of some length", context=b"c")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_wrap_with_any_bit_changed_is_refused(keys: KeyService, wrapped: Wrapped, data: st.DataObject) -> None:
    bit = data.draw(st.integers(0, len(wrapped.data) * 8 - 1))
    altered = bytearray(wrapped.data)
    altered[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(KeysUnusable):
        keys.unwrap(replace(wrapped, data=bytes(altered)), context=b"c")


@pytest.mark.parametrize("cut", [0, 1, 12, 13, -1])
def test_a_wrap_that_was_cut_is_refused(keys: KeyService, cut: int) -> None:
    wrapped = keys.wrap(b"secret", context=b"c")
    with pytest.raises(KeysUnusable):
        keys.unwrap(replace(wrapped, data=wrapped.data[:cut]), context=b"c")


def test_another_installations_wrap_is_refused_by_the_name_of_its_key(make: Make) -> None:
    wrapped = make().wrap(b"secret", context=b"c")
    with pytest.raises(KeysUnusable, match="not among the keys here") as told:
        make().unwrap(wrapped, context=b"c")
    assert wrapped.key_id in str(told.value)
    assert "safelight key import" in str(told.value)


def test_another_keys_wrap_under_our_name_is_refused(make: Make) -> None:
    ours = make()
    foreign = make().wrap(b"secret", context=b"c")
    with pytest.raises(KeysUnusable):
        ours.unwrap(replace(foreign, key_id=ours.describe().active_key_id), context=b"c")


def test_a_secret_that_is_too_long_is_refused(keys: KeyService) -> None:
    with pytest.raises(KeysUnusable, match="4096 is the most"):
        keys.wrap(bytes(MOST_SECRET_BYTES + 1), context=b"c")


def test_the_first_public_key_checks_a_signature(keys: KeyService) -> None:
    signature = keys.sign(b"a message")
    public = Ed25519PublicKey.from_public_bytes(keys.describe().public_keys[0])
    assert len(signature) == 64
    public.verify(signature, b"a message")
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"another message")


def test_the_description_holds_no_secret_and_names_the_active_key_first(keys: KeyService) -> None:
    described = keys.describe()
    assert described.key_ids == (described.active_key_id,)
    assert [len(key) for key in described.public_keys] == [32]
    assert not described.is_exported
    assert described.location


def test_keys_that_were_never_exported_seal_nothing(keys: KeyService) -> None:
    with pytest.raises(KeysNotExported, match="safelight key export"):
        require_exported(keys)


def test_each_installation_has_keys_of_its_own(make: Make) -> None:
    one, other = make().describe(), make().describe()
    assert one.active_key_id != other.active_key_id
    assert one.public_keys != other.public_keys
