"""An object is read from listed places alone, one state of it, sealed as it comes (against moto's stand-in for S3)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import obstore
import pytest
from moto.server import ThreadedMotoServer
from obstore.store import S3Store

from safelight.intake.sources import object_store
from safelight.intake.sources.interface import Obstacle, Unopenable
from safelight.intake.sources.object_store import Buckets, ObjectArrival
from safelight.intake.spool import Spool

BODY = b"benign " * 3_000_000


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> S3Store:
    """A bucket with an object; the credentials are where the store's tools take them."""
    import boto3

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="uploads")
    client.put_object(Bucket="uploads", Key="in/a.png", Body=BODY)
    client.put_object(Bucket="uploads", Key="in/empty", Body=b"")
    client.close()
    return S3Store("uploads", endpoint=endpoint, region="us-east-1", client_options={"allow_http": True})


@pytest.fixture
def arrive(endpoint: str, store: S3Store, tmp_path: Path) -> Iterator[Callable[..., ObjectArrival]]:
    with Spool(tmp_path / "spool", memory_bytes=1000) as spool:

        def make(reference: str, **more: object) -> ObjectArrival:
            given = {"places": ("uploads/in",), "max_bytes": 1 << 30, "seconds": 20.0, "region": "us-east-1", **more}
            return ObjectArrival(reference=reference, buckets=Buckets(spool=spool, endpoint=endpoint, **given))  # type: ignore[arg-type]

        yield make


Arrive = Callable[..., ObjectArrival]


def _obstacle(arrival: ObjectArrival) -> Obstacle:
    with pytest.raises(Unopenable) as caught, arrival.open():
        pass
    assert "uploads" not in caught.value.detail
    return caught.value.obstacle


def test_an_object_is_read_whole_and_is_nowhere_in_the_clear(arrive: Arrive, tmp_path: Path) -> None:
    arrival = arrive("s3://uploads/in/a.png")
    assert (arrival.stamp, arrival.name) == (None, b"s3://uploads/in/a.png")
    with arrival.open() as content:
        assert content.size_bytes == len(BODY)
        assert b"".join(content.read(at, 1 << 20) for at in range(0, len(BODY), 1 << 20)) == BODY
        assert not any(b"benign" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    with arrive("s3://uploads/in/empty").open() as content:
        assert content.size_bytes == 0


@pytest.mark.parametrize(
    "reference",
    [
        "s3://uploads/a.png",
        "s3://uploads/in2/a.png",
        "s3://uploads/in/../a.png",
        "s3://uploads/in//a.png",
        "s3://uploads/in/./a.png",
        "s3://uploads/in/",
        "s3://uploads/in",
        "s3://other/in/a.png",
        "s3://uploads.example.com@other/in/a.png",
        "s3://UPLOADS/in/a.png",
        "gs://uploads/in/a.png",
        "file:///etc/passwd",
        "http://uploads/in/a.png",
        "s3://uploads/in/a\n.png",
        f"s3://uploads/in/{'a' * 1024}",
        "",
    ],
)
def test_what_lies_in_no_listed_place_is_refused_and_never_asked_for(arrive: Arrive, reference: str) -> None:
    assert _obstacle(arrive(reference, seconds=0.0)) is Obstacle.REFUSED


def test_what_cannot_be_had_whole_says_why(arrive: Arrive) -> None:
    assert _obstacle(arrive("s3://uploads/in/nothing")) is Obstacle.UNREADABLE
    assert _obstacle(arrive("s3://uploads/in/a.png", max_bytes=len(BODY) - 1)) is Obstacle.TOO_LARGE
    assert _obstacle(arrive("s3://uploads/in/a.png", seconds=0.001)) is Obstacle.TIMED_OUT
    assert _obstacle(arrive("s3://not-there/a", places=("not-there",))) is Obstacle.UNREADABLE


def test_an_object_that_is_replaced_while_it_is_read_is_unreadable(
    arrive: Arrive, store: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = obstore.get
    seen: list[int] = []

    def replacing(*given: object, **more: object) -> object:
        seen.append(1)
        if len(seen) == 2:
            obstore.put(store, "in/a.png", BODY[::-1])
        return whole(*given, **more)  # type: ignore[arg-type, call-overload]

    monkeypatch.setattr(object_store.obstore, "get", replacing)
    assert _obstacle(arrive("s3://uploads/in/a.png")) is Obstacle.UNREADABLE
    assert len(seen) == 2


def test_a_whole_bucket_can_be_listed(arrive: Arrive) -> None:
    with arrive("s3://uploads/in/a.png", places=("uploads",)).open() as content:
        assert content.size_bytes == len(BODY)
