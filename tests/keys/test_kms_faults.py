import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from safelight.errors import KeysUnusable
from safelight.keys.kms_faults import telling_kms_faults


def test_a_refusal_without_a_sentence_of_ours_is_told_by_its_code() -> None:
    with pytest.raises(KeysUnusable, match=r"the service refused \(OddException\)"), telling_kms_faults("k"):
        raise ClientError({"Error": {"Code": "OddException", "Message": "who did it"}}, "Encrypt")


def test_the_texts_of_the_service_stay_out() -> None:
    with pytest.raises(KeysUnusable) as told, telling_kms_faults("k"):
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "user/some-name may not"}}, "Encrypt")
    assert "some-name" not in f"{told.value!r} {told.value.__cause__!r}"


def test_the_key_is_named_where_one_was_used() -> None:
    with pytest.raises(KeysUnusable, match="The key k of AWS KMS cannot be used"), telling_kms_faults("k"):
        raise NoCredentialsError
    with pytest.raises(KeysUnusable, match=r"^AWS KMS cannot be used"), telling_kms_faults():
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")


def test_faults_of_our_own_pass() -> None:
    with pytest.raises(ZeroDivisionError), telling_kms_faults("k"):
        raise ZeroDivisionError
