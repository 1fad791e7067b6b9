import sys
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from safelight.errors import AlreadyExists, InvalidValue, KeysUnusable
from safelight.keys.file import FileKeys
from safelight.keys.key_ring import KeyRing, new_signing_key
from safelight.keys.kms import KmsKeys, open_client
from safelight.testing.kms import TrialKms

Make = Callable[[str], KmsKeys]


@pytest.fixture
def make(tmp_path: Path, kms: TrialKms) -> Make:
    """Open the keys of one installation with a key named in its settings."""
    return lambda key: KmsKeys(tmp_path / "keys.json", key=key, open_client=lambda: kms.client)


@pytest.fixture
def keys(make: Make, kms: TrialKms, at: datetime) -> KmsKeys:
    """Be keys in KMS."""
    keys = make(kms.new_key())
    keys.create(keys.new_ring(at))
    return keys


def _refuse(kms: TrialKms, operation: str, code: str) -> Stubber:
    stubber = Stubber(kms.client)
    stubber.add_client_error(operation, service_error_code=code, service_message="user/secret-name")
    return stubber


def test_the_key_file_holds_no_secret(tmp_path: Path, keys: KmsKeys) -> None:
    text = (tmp_path / "keys.json").read_bytes()
    seed = keys.ring().signing[0].seed or b""
    assert len(seed) == 32
    assert seed not in text
    assert b64encode(seed)[:-2] not in text
    assert keys.ring().wrapping[0].secret is None


def test_another_program_opens_and_signs_with_the_same_keys(make: Make, keys: KmsKeys) -> None:
    other = make("")
    assert other.unwrap(keys.wrap(b"secret", context=b"c"), context=b"c") == b"secret"
    assert other.sign(b"m") == keys.sign(b"m")
    assert other.describe() == keys.describe()
    assert other.exists()


def test_the_seed_is_asked_of_kms_once(keys: KmsKeys, kms: TrialKms) -> None:
    keys.sign(b"m")
    with Stubber(kms.client):  # which answers nothing
        keys.sign(b"n")


def test_a_named_key_is_kept_by_its_whole_name(make: Make, kms: TrialKms, at: datetime) -> None:
    arn = kms.new_key()
    kms.client.create_alias(AliasName="alias/evidence", TargetKeyId=arn)
    assert make("alias/evidence").new_ring(at).key_ids == (arn,)


def test_a_rotation_takes_the_key_of_the_settings_into_use(
    make: Make, keys: KmsKeys, kms: TrialKms, at: datetime
) -> None:
    before = keys.wrap(b"secret", context=b"c")
    turned = make(kms.new_key())
    key = turned.new_wrapping_key(at)
    turned.change(lambda ring: ring.with_wrapping(key).with_signing(new_signing_key(at)))
    assert keys.wrap(b"secret", context=b"c").key_id == key.key_id
    assert keys.unwrap(before, context=b"c") == b"secret"
    assert len(keys.describe().public_keys) == 2
    assert keys.sign(b"m") == turned.sign(b"m")


def test_a_rotation_to_the_key_in_use_is_refused(keys: KmsKeys, at: datetime) -> None:
    with pytest.raises(InvalidValue, match="is in use already"):
        keys.new_wrapping_key(at)


def test_a_retired_key_is_no_more_asked(make: Make, keys: KmsKeys, kms: TrialKms, at: datetime) -> None:
    wrapped = keys.wrap(b"secret", context=b"c")
    turned = make(kms.new_key())
    key = turned.new_wrapping_key(at)
    turned.change(lambda ring: ring.with_wrapping(key))
    turned.change(lambda ring: ring.without(wrapped.key_id, at))
    with pytest.raises(KeysUnusable, match="retired"):
        keys.unwrap(wrapped, context=b"c")


def test_no_key_named_is_told(make: Make, at: datetime) -> None:
    with pytest.raises(InvalidValue, match="kms_key_id is empty"):
        make("").new_ring(at)


def test_a_key_that_does_not_exist_makes_no_file(make: Make, at: datetime, tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match="there is no such key"):
        make("11111111-2222-3333-4444-555555555555").new_ring(at)
    assert not (tmp_path / "keys.json").exists()


def test_keys_are_made_once(keys: KmsKeys, at: datetime) -> None:
    with pytest.raises(AlreadyExists):
        keys.create(keys.new_ring(at))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("DisabledException", "Enable it in AWS KMS"),
        ("KMSInvalidStateException", "cancel the deletion"),
        ("AccessDeniedException", "kms:Encrypt and kms:Decrypt"),
        ("NotFoundException", "it was deleted"),
        ("ThrottlingException", "Try again later"),
    ],
)
@pytest.mark.parametrize("operation", ["encrypt", "decrypt"])
def test_a_refusal_says_what_to_do(keys: KmsKeys, kms: TrialKms, operation: str, code: str, told: str) -> None:
    wrapped = keys.wrap(b"secret", context=b"c")
    with _refuse(kms, operation, code), pytest.raises(KeysUnusable, match=told) as error:
        keys.wrap(b"secret", context=b"c") if operation == "encrypt" else keys.unwrap(wrapped, context=b"c")
    assert "secret-name" not in str(error.value)
    assert keys.unwrap(wrapped, context=b"c") == b"secret"


def test_an_answer_by_another_key_is_refused(keys: KmsKeys, kms: TrialKms) -> None:
    wrapped = keys.wrap(b"secret", context=b"c")
    stubber = Stubber(kms.client)
    stubber.add_response("decrypt", {"KeyId": "another", "Plaintext": b"x"})
    with stubber, pytest.raises(KeysUnusable, match="altered"):
        keys.unwrap(wrapped, context=b"c")


def test_kms_that_cannot_be_reached_is_told(tmp_path: Path, keys: KmsKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "trial")
    nowhere = open_client(region="eu-west-1", endpoint="http://127.0.0.1:9")
    away = KmsKeys(tmp_path / "keys.json", key="", open_client=lambda: nowhere)
    with pytest.raises(KeysUnusable, match="cannot be reached"):
        away.wrap(b"secret", context=b"c")
    nowhere.close()
    assert away.describe() == keys.describe()


def test_credentials_that_are_missing_are_told(keys: KmsKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    client = open_client(region="eu-west-1", endpoint="http://127.0.0.1:9")
    with pytest.raises(KeysUnusable, match="no credentials were found"):
        KmsKeys(tmp_path / "keys.json", key="", open_client=lambda: client).wrap(b"secret", context=b"c")


def test_a_region_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(KeysUnusable, match="Set kms_region"):
        open_client()


def test_a_library_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(KeysUnusable, match=r"pip install 'safelight\[aws-kms\]'"):
        open_client(region="eu-west-1")


def test_keys_of_a_file_are_refused(tmp_path: Path, make: Make, at: datetime) -> None:
    local = FileKeys(tmp_path / "keys.json")
    local.create(local.new_ring(at))
    with pytest.raises(KeysUnusable, match="'file', and the settings say key_service = 'aws_kms'"):
        make("any").describe()


def test_a_change_that_kms_refuses_leaves_the_keys_as_they_were(
    tmp_path: Path, keys: KmsKeys, kms: TrialKms, at: datetime
) -> None:
    before = (tmp_path / "keys.json").read_bytes()

    def turned(ring: KeyRing) -> Any:
        return ring.with_signing(new_signing_key(at))

    with _refuse(kms, "decrypt", "DisabledException"), pytest.raises(KeysUnusable):
        keys.change(turned)
    assert (tmp_path / "keys.json").read_bytes() == before
