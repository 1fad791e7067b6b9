"""An object in a bucket, by its reference: read by range into the sealed spool, never on disk in the clear."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, PreconditionError, UnauthenticatedError
from obstore.store import ObjectStore, from_url

from safelight.intake.media import Origin
from safelight.intake.sources.interface import Obstacle, Stamp, Unopenable
from safelight.intake.spool import Spool
from safelight.intake.spooled import Spooled

_PART_BYTES = 4 << 20
_LONGEST_KEY = 1024
_REFERENCE = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/([^\0-\x1f\x7f]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Buckets:
    """What may be read, as `bucket` or `bucket/prefix`, and how it is reached.

    `region` and `endpoint` are empty where the store's own tools say. Of one object at most `max_bytes` are read, in at
    most `seconds`.
    """

    places: tuple[str, ...]
    spool: Spool
    max_bytes: int
    seconds: float
    region: str = ""
    endpoint: str = ""

    def allows(self, bucket: str, key: str) -> bool:
        """Whether an object lies in a place that is listed. A prefix ends with a whole name: `a/b` is not in `a/bc`."""
        whole = f"{bucket}/{key}"
        return any(whole.startswith(f"{place.rstrip('/')}/") for place in self.places)

    def store(self, bucket: str) -> ObjectStore:
        """Return what speaks to one bucket."""
        config: Any = {key: each for key, each in (("region", self.region), ("endpoint", self.endpoint)) if each}
        return from_url(
            f"s3://{bucket}",
            config=config,
            client_options={
                "allow_http": self.endpoint.startswith("http://"),
                "timeout": timedelta(seconds=self.seconds),
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=self.seconds)},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectArrival:
    """One object. `reference` is written `s3://BUCKET/KEY`."""

    reference: str
    buckets: Buckets
    origin: Origin = Origin()

    @property
    def name(self) -> bytes:
        """The reference."""
        return self.reference.encode("utf-8", "replace")

    @property
    def stamp(self) -> Stamp | None:
        """Nothing is asked of the store beforehand."""
        return None

    @contextmanager
    def open(self) -> Iterator[Spooled]:
        """Read the object whole, and give its bytes sealed; they are dropped at the end of the block.

        Raises Unopenable: `refused` for a place that is not listed and by the store, `too_large`, `timed_out`,
        `unreadable` for all else, also for an object that is replaced while it is read. Raises StoreUnusable for a
        spool of our own that cannot be used.
        """
        bucket, key = self._placed()
        with self._spooled(self.buckets.store(bucket), key) as spooled:
            yield spooled

    def _placed(self) -> tuple[str, str]:
        found = _REFERENCE.fullmatch(self.reference)
        if found is None or len(found[2]) > _LONGEST_KEY or not {"", ".", ".."}.isdisjoint(found[2].split("/")):
            raise Unopenable(Obstacle.REFUSED, "the reference is not written as s3://BUCKET/KEY")
        if not self.buckets.allows(found[1], found[2]):
            raise Unopenable(Obstacle.REFUSED, "the reference is to no place that is listed; see fetch_buckets")
        return found[1], found[2]

    def _spooled(self, store: ObjectStore, key: str) -> Spooled:
        ends_at = time.monotonic() + self.buckets.seconds
        try:
            return self.buckets.spool.receive(
                _parts(store, key, self.buckets.max_bytes, ends_at), max_bytes=self.buckets.max_bytes
            )
        except (PermissionDeniedError, UnauthenticatedError):
            raise Unopenable(Obstacle.REFUSED, "the object store does not let us read it") from None
        except PreconditionError:
            raise Unopenable(Obstacle.UNREADABLE, "the object was replaced while it was read") from None
        except (BaseError, FileNotFoundError):  # its own words may hold the request's signature
            if time.monotonic() >= ends_at:
                raise _late() from None
            raise Unopenable(Obstacle.UNREADABLE, "the object store has no such object, or does not answer") from None


def _parts(store: ObjectStore, key: str, max_bytes: int, ends_at: float) -> Iterator[bytes]:
    """Give one state of an object, part by part."""
    facts = obstore.head(store, key)
    if facts["size"] > max_bytes:
        raise Unopenable(Obstacle.TOO_LARGE, f"the object is longer than the {max_bytes} bytes that may come")
    for start in range(0, facts["size"], _PART_BYTES):
        if time.monotonic() >= ends_at:
            raise _late()
        end = min(start + _PART_BYTES, facts["size"])
        got = obstore.get(store, key, options={"if_match": facts["e_tag"], "range": (start, end)})
        part = bytes(got.bytes())
        if len(part) != end - start:
            raise Unopenable(Obstacle.UNREADABLE, "the object store gave less than it has")
        yield part


def _late() -> Unopenable:
    return Unopenable(Obstacle.TIMED_OUT, "the object store took longer than it may")
