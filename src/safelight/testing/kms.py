"""AWS KMS for tests and trials: moto's stand-in on this machine, spoken to by the real client."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

_REGION = "eu-west-1"
_ANY = "trial"
"""Credentials: the stand-in takes any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialKms:
    """A running stand-in. `client` is a client of boto3 that speaks to it."""

    endpoint: str
    client: Any

    def new_key(self) -> str:
        """Make a key and return its ARN."""
        return str(self.client.create_key()["KeyMetadata"]["Arn"])


@contextmanager
def trial_kms() -> Iterator[TrialKms]:
    """Run the stand-in on a free port of this machine. Keys are gone when the block ends.

    It does not refuse a key that is disabled: for such answers, stub the client.
    """
    # Both are wanted by tests alone, and a program that only imports this package must not need them.
    import boto3  # noqa: PLC0415
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        client = boto3.client(
            "kms", region_name=_REGION, endpoint_url=endpoint, aws_access_key_id=_ANY, aws_secret_access_key=_ANY
        )
        yield TrialKms(endpoint=endpoint, client=client)
        client.close()
    finally:
        server.stop()
