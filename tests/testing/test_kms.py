from safelight.testing.kms import trial_kms


def test_the_stand_in_makes_keys_that_encrypt() -> None:
    with trial_kms() as kms:
        key = kms.new_key()
        answer = kms.client.encrypt(KeyId=key, Plaintext=b"secret")
        assert answer["KeyId"] == key
        assert kms.client.decrypt(KeyId=key, CiphertextBlob=answer["CiphertextBlob"])["Plaintext"] == b"secret"
