"""What is fetched and posted goes by the settings; what is let through for tests is said aloud."""

import logging
import sys
from pathlib import Path

import pytest

from safelight.app.outbound_parts import open_fetching, open_object, open_sender, open_url
from safelight.errors import InvalidValue
from safelight.intake.media import Origin
from safelight.intake.sources.interface import Obstacle, Unopenable
from safelight.intake.spool import Spool
from safelight.settings import Settings
from safelight.testing.web_server import plain_answer, trial_server


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", memory_bytes=1000)


def _settings(folder: Path, **more: object) -> Settings:
    return Settings(workspace=folder, **more)  # type: ignore[arg-type]


def test_nothing_is_fetched_by_default(tmp_path: Path, spool: Spool, caplog: pytest.LogCaptureFixture) -> None:
    fetching = open_fetching(_settings(tmp_path), spool)
    with pytest.raises(Unopenable) as caught, open_url(fetching, "https://example.com/a.png").open():
        pass
    assert caught.value.obstacle is Obstacle.REFUSED
    assert caplog.records == []


def test_the_settings_say_what_is_fetched(tmp_path: Path, spool: Spool, caplog: pytest.LogCaptureFixture) -> None:
    with trial_server(lambda _: plain_answer(b"picture", content_type="image/png")) as server:
        settings = _settings(
            tmp_path,
            fetch_hosts=[f"127.0.0.1:{server.port}"],
            fetch_plain_http=True,
            outbound_test_addresses=["127.0.0.1"],
        )
        with caplog.at_level(logging.WARNING):
            fetching = open_fetching(settings, spool)
        origin = Origin(platform_content_id="c1")
        arrival = open_url(fetching, f"http://127.0.0.1:{server.port}/", origin)
        with arrival.open() as content:
            assert content.read(0, 100) == b"picture"
    assert arrival.origin is origin
    assert "outbound_test_addresses" in caplog.text
    assert "tests alone" in caplog.text


def test_an_object_is_read_from_listed_buckets_alone(tmp_path: Path, spool: Spool) -> None:
    settings = _settings(tmp_path, fetch_buckets=["uploads"], fetch_bucket_region="eu-west-1")
    with pytest.raises(Unopenable) as caught, open_object(settings, spool, "s3://other/a.png").open():
        pass
    assert caught.value.obstacle is Obstacle.REFUSED


def test_objects_without_the_extra_say_what_to_install(
    tmp_path: Path, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "safelight.intake.sources.object_store", None)
    with pytest.raises(InvalidValue, match=r"safelight\[object-store\]"):
        open_object(_settings(tmp_path), spool, "s3://uploads/a.png")


def test_limits_are_those_of_the_settings(tmp_path: Path, spool: Spool) -> None:
    settings = _settings(tmp_path, fetch_seconds=3, fetch_max_mib=7, max_spool_mib=5, fetch_types=[], fetch_redirects=1)
    fetching = open_fetching(settings, spool)
    assert (fetching.limits.seconds, fetching.limits.silence_seconds) == (3, 3)
    assert (fetching.limits.max_bytes, fetching.limits.content_types) == (5 << 20, ())
    assert (fetching.rule.most_redirects, fetching.rule.schemes) == (1, frozenset({"https"}))
    sender = open_sender(_settings(tmp_path, notice_seconds=2))
    assert (sender.limits.seconds, sender.let_through) == (2, ())
