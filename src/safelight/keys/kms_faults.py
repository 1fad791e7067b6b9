"""What AWS KMS and the way to it refuse, in our words: what it means and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from safelight.errors import KeysUnusable

_NOTHING_DONE = "Nothing was opened or changed."
_BY_CODE = {
    "AccessDeniedException": "these credentials may not use it. Allow kms:Encrypt and kms:Decrypt in its policy",
    "DisabledException": "it is disabled. Enable it in AWS KMS",
    "KMSInvalidStateException": (
        "it is not usable now: disabled, or marked for deletion. While the waiting time of a deletion runs it can be "
        "saved: cancel the deletion and enable it in AWS KMS"
    ),
    "NotFoundException": (
        "there is no such key: it was deleted, which is for good, or the account or the region is another one. Check "
        "kms_key_id and kms_region"
    ),
    "InvalidCiphertextException": (
        "what it shall unwrap was altered or belongs to something else. Check the database against a backup: "
        "safelight evidence fsck"
    ),
    "IncorrectKeyException": "what it shall unwrap was wrapped by another key",
    "KeyUnavailableException": "it is not available at the moment. Try again",
    "InvalidKeyUsageException": "it is not of the kind that encrypts. Name a symmetric key for encryption",
    "ThrottlingException": "too many calls were made. Try again later, or ask AWS for a higher limit",
    "ExpiredTokenException": "the credentials have run out. Renew them",
    "UnrecognizedClientException": "the credentials are not known. Check them",
    "InvalidSignatureException": "the credentials do not fit, or this machine's clock is wrong. Check both",
}


@contextmanager
def telling_kms_faults(key_id: str = "") -> Iterator[None]:
    """Raise `KeysUnusable` for whatever the client of AWS raises; other errors pass.

    The service's own texts stay out: they name accounts and people.
    """
    try:
        yield
    except Exception as error:
        told = _told(error)
        if told is None:
            raise
        name = f"The key {key_id} of AWS KMS cannot be used" if key_id else "AWS KMS cannot be used"
        raise KeysUnusable(f"{name}: {told}. {_NOTHING_DONE}") from None


def _told(error: Exception) -> str | None:
    """Return the sentence for an error of the client, None for any other. The client is an extra: go by its names."""
    if not any(kind.__module__.startswith(("botocore.", "boto3.")) for kind in type(error).__mro__):
        return None
    response: Any = getattr(error, "response", None)
    if response is None:
        return f"{_WAYS.get(type(error).__name__, _NO_WAY)} ({type(error).__name__})"
    code = str(response.get("Error", {}).get("Code", ""))
    return f"{_BY_CODE.get(code, 'the service refused')} ({code})"


_NO_WAY = "it cannot be reached. Check the network, kms_region and kms_endpoint, and try again"
_WAYS = {
    "ParamValidationError": "what it shall wrap or unwrap has a length that it does not take",
    "NoCredentialsError": "no credentials were found. Give them as AWS does: environment, profile or role",
    "PartialCredentialsError": "the credentials are incomplete",
    "NoRegionError": "no region is named. Set kms_region",
    "CredentialRetrievalError": "the credentials could not be fetched",
}
