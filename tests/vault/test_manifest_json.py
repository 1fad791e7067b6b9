"""Manifests come back exactly as they were, with what a later version wrote beside it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safelight.errors import EvidenceDamaged, InvalidValue
from safelight.vault.manifest import Manifest, Neighbour, SealedMatch, SealedOrigin, Told
from safelight.vault.manifest_json import manifest_bytes, read_manifest

_texts = st.text(max_size=30) | st.just("name\udcff")  # a file name need not be UTF-8
_times = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-9, minutes=-30))])
)
_newer = st.dictionaries(st.text(min_size=1).map(lambda name: f"later_{name}"), st.integers() | _texts, max_size=2)
_origins = st.builds(
    SealedOrigin,
    platform_content_id=_texts,
    original_file_name=_texts,
    uploaded_at=st.none() | _times,
    ip_address=_texts,
    port=st.none() | st.integers(0, 65535),
    location_url=_texts,
    publicly_available=st.sampled_from(Told),
    viewed_before_intake=st.sampled_from(Told),
    newer=_newer,
)
_matches = st.builds(
    SealedMatch,
    signal_type=_texts,
    kind=st.sampled_from(["exact", "near"]),
    bank=_texts,
    entry_id=_texts,
    distance=st.integers(0, 256),
    threshold=st.integers(0, 256),
    orientation=_texts,
    newer=_newer,
)
_neighbours = st.builds(
    Neighbour, relation=_texts, content_id=_texts, evidence_id=_texts, address=_texts, note=_texts, newer=_newer
)
_manifests = st.builds(
    Manifest,
    media_id=_texts,
    md5=_texts,
    sha1=_texts,
    sha256=_texts,
    size_bytes=st.integers(0),
    arrived_at=_times,
    sealed_by=_texts,
    media_type=_texts,
    origin=_origins,
    subject_id=_texts,
    bank_ids=st.none() | st.lists(st.integers(1), max_size=3).map(tuple),
    matches=st.lists(_matches, max_size=3).map(tuple),
    neighbours=st.lists(_neighbours, max_size=3).map(tuple),
    notes=st.lists(_texts, max_size=3).map(tuple),
    newer=_newer,
)
PLAIN = Manifest(
    media_id="m",
    md5="",
    sha1="",
    sha256="",
    size_bytes=1,
    arrived_at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
    sealed_by="tester",
)


@given(_manifests)
@settings(max_examples=25, deadline=None)
def test_every_manifest_comes_back_as_it_was(manifest: Manifest) -> None:
    data = manifest_bytes(manifest)
    assert read_manifest(data) == manifest
    assert manifest_bytes(read_manifest(data)) == data


def test_fields_of_a_later_version_are_kept_at_every_level() -> None:
    told: dict[str, Any] = json.loads(manifest_bytes(replace(PLAIN, neighbours=(Neighbour(relation="album"),))))
    told["colour"] = {"deep": [1, 2]}
    told["origin"]["device"] = "x"
    told["neighbours"][0]["rank"] = 4
    manifest = read_manifest(json.dumps(told).encode())
    assert manifest.newer == {"colour": {"deep": [1, 2]}}
    assert manifest.neighbours[0].newer == {"rank": 4}
    assert json.loads(manifest_bytes(manifest)) == told


def test_a_form_to_come_is_refused() -> None:
    told = json.loads(manifest_bytes(PLAIN)) | {"format": 2}
    with pytest.raises(EvidenceDamaged, match="later version"):
        read_manifest(json.dumps(told).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"3", b"{}", b'{"format": 1}', b"\xff"])
def test_what_is_no_manifest_is_refused_without_showing_it(data: bytes) -> None:
    with pytest.raises(EvidenceDamaged, match="is none"):
        read_manifest(data)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidValue, match="zone"):
        manifest_bytes(replace(PLAIN, arrived_at=datetime(2026, 1, 1)))  # noqa: DTZ001 - what is refused
