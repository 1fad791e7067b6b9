"""The record of all that an operator can set. docs/reference/settings.md explains each."""

import os
import re
from pathlib import Path
from typing import Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from safelight.access.rate import MOST_AT_ONCE, MOST_PER_MINUTE
from safelight.access.signing_in.relying_party import read_relying_party
from safelight.errors import InvalidValue
from safelight.flow.scans.unscanned import read_policy
from safelight.outbound.address import read_networks
from safelight.outbound.guard import read_host_patterns
from safelight.settings.names import Names
from safelight.settings.report_settings import ReportSettings
from safelight.settings.review_settings import ReviewSettings
from safelight.settings.sign_in_settings import SignInSettings

MOST_WORKERS = 256


_BUCKET_PLACE = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[!-~]+)?")


class Settings(ReviewSettings, ReportSettings, SignInSettings):
    """What an operator can set. Sizes and times carry their unit in the name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workspace: Path = Field(description="The folder of this installation; never set in the file itself.")
    database_url: str = Field(
        default="", description="SQLAlchemy URL; empty means SQLite in the workspace (`safelight.db`)."
    )
    kernel: Literal["auto", "kernel", "twin"] = Field(
        default="auto", description="Which code hashes and searches: compiled kernel or plain twin."
    )
    scan_workers: int = Field(
        default=0, ge=0, le=MOST_WORKERS, description="Worker processes; 0 means one per processor."
    )
    sandbox_rule: Literal["available", "all"] = Field(
        default="available", description="`all` refuses to decode unless every layer of the sandbox holds."
    )
    sandbox_memory_mib: int = Field(
        default=2048, ge=64, le=1 << 20, description="Memory one worker may use beyond what its start takes."
    )
    sandbox_seconds_per_file: float = Field(
        default=30.0, gt=0, le=86_400, description="Wall-clock time that decoding one file may take."
    )
    sandbox_files_per_worker: int = Field(
        default=1000, ge=1, le=1_000_000, description="A worker is replaced after so many files."
    )
    max_pixels: int = Field(
        default=210_000_000, ge=25, le=4_000_000_000, description="Pictures that declare more are `too_large`."
    )
    max_frames: int = Field(
        default=1000, ge=1, le=1_000_000, description="Frames of an animated picture that are decoded."
    )
    max_stdin_mib: int = Field(
        default=512, ge=1, le=1 << 20, description="Media from standard input is held in memory up to this."
    )
    follow_seconds: float = Field(
        default=0.1, ge=0.01, le=3600, description="How often a process that matches looks for changes of the banks."
    )
    flood_guard_minimum: int = Field(
        default=100, ge=1, le=1_000_000_000, description="Media in one hour below which no entry is quarantined."
    )
    flood_guard_first_day_minimum: int = Field(
        default=1000, ge=0, le=1_000_000_000, description="The same in an entry's first day, when it has no past yet."
    )
    flood_guard_factor: int = Field(
        default=10, ge=1, le=1_000_000, description="By how many times an entry must exceed its mean hour."
    )
    flood_guard_days: int = Field(
        default=30, ge=1, le=3650, description="The days of an entry's past that its mean hour is of."
    )

    key_service: Literal["file", "aws_kms"] = Field(
        default="file", description="What wraps the keys of evidence: a key file of this machine, or AWS KMS."
    )
    key_file: str = Field(default="keys.json", description="The key file; a relative path counts from the workspace.")
    kms_key_id: str = Field(default="", description="The id, ARN or alias of the KMS key; needed for `aws_kms`.")
    kms_region: str = Field(default="", description="The region of the KMS key; empty as AWS's own settings say.")
    kms_endpoint: str = Field(default="", description="Another address of KMS, such as a private endpoint.")
    blob_store: str = Field(
        default="vault",
        description="Where sealed bytes are: a folder (relative to the workspace) or s3://BUCKET/PREFIX.",
    )
    blob_store_region: str = Field(default="", description="The region of the bucket.")
    blob_store_endpoint: str = Field(default="", description="The address of an S3-compatible store.")
    spool_folder: str = Field(
        default="spool",
        description="Where arriving bytes are sealed; on the file system of `blob_store` if that is a folder.",
    )
    spool_memory_kib: int = Field(
        default=8192, ge=0, le=1 << 20, description="Arriving bytes up to this stay in memory."
    )
    max_spool_mib: int = Field(default=16_384, ge=1, le=1 << 24, description="One arrival that is longer is refused.")
    import_max_mib: int = Field(
        default=4096, ge=1, le=1 << 20, description="A hash list that is sent to the service and longer is refused."
    )
    audit_head_seconds: float = Field(
        default=3600.0, ge=1, le=86_400 * 31, description="How often the head of the audit log is signed."
    )
    appeal_days: int = Field(
        default=30, ge=0, le=3650, description="How long evidence is kept after its case was closed."
    )
    report_hold_years: int = Field(
        default=1, ge=1, le=100, description="How long evidence is kept from the authority's receipt."
    )
    law_enforcement_hold_days: int = Field(
        default=90, ge=90, le=3650, description="How long a request by law enforcement holds, and each renewal of it."
    )
    hold_warning_days: int = Field(
        default=14, ge=0, le=3650, description="How long before its destruction evidence is warned of."
    )
    single_person_mode: bool = Field(
        default=False, description="Whether one person may do alone what takes two; each such act records it."
    )
    clock_jump_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="Nothing is destroyed when the clock is so far beyond what was last seen.",
    )
    audit_details_days: int = Field(
        default=2557, ge=1, le=36_525, description="How long reasons and details stay in the audit log."
    )
    jobs_done_days: int = Field(default=30, ge=1, le=3650, description="How long finished jobs are listed.")
    grants_days: int = Field(
        default=90, ge=1, le=3650, description="How long it is kept which leave to read was given."
    )
    destroyed_facts_days: int = Field(
        default=2557, ge=1, le=36_525, description="How long the texts of holds and orders of destroyed evidence stay."
    )

    notice_log_days: int = Field(default=30, ge=1, le=3650, description="How long deliveries of notices are listed.")
    notice_seconds: float = Field(default=10.0, gt=0, le=300, description="How long one delivery of a notice may take.")
    notice_pause_after: int = Field(
        default=20, ge=1, le=100_000, description="After so many failures in a row an address is paused."
    )
    fetch_hosts: Names = Field(default=(), description="The hosts that media may be fetched from; none: no fetching.")
    fetch_plain_http: bool = Field(default=False, description="Whether media may be fetched over http as well.")
    fetch_redirects: int = Field(default=3, ge=0, le=10, description="How many redirects a fetch follows.")
    fetch_seconds: float = Field(default=30.0, gt=0, le=3600, description="How long one fetch may take in all.")
    fetch_max_mib: int = Field(default=512, ge=1, le=1 << 20, description="A fetch that is longer is `too_large`.")
    fetch_types: Names = Field(
        default=("image/*", "video/*", "application/octet-stream", "binary/octet-stream"),
        description="The content types that a fetch takes.",
    )
    fetch_buckets: Names = Field(
        default=(), description="The buckets, or prefixes in them, that objects may be read from by reference."
    )
    fetch_bucket_region: str = Field(default="", description="The region of those buckets.")
    fetch_bucket_endpoint: str = Field(default="", description="The address of an S3-compatible store.")
    outbound_test_addresses: Names = Field(
        default=(), description="Addresses that are connected to though they are not public. For tests alone."
    )

    bank_names_days: int = Field(
        default=2557, ge=1, le=36_525, description="How long it is kept who brought lists and had opinions of entries."
    )

    api_key_requests_per_minute: int = Field(
        default=300_000, ge=1, le=MOST_PER_MINUTE, description="How often an API key may be used, in each process."
    )
    api_key_burst: int = Field(
        default=10_000, ge=1, le=MOST_AT_ONCE, description="How many requests an API key may do at once."
    )
    probing_alarm_lookups: int = Field(
        default=100,
        ge=10,
        le=1_000_000,
        description="Nearly identical look-ups of one key in an hour that raise alarm.",
    )
    ended_access_days: int = Field(
        default=365, ge=1, le=36_525, description="How long ended API keys and disabled persons are listed."
    )

    listen: str = Field(default="127.0.0.1:8680", description="Where `safelight serve` answers: HOST:PORT.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least that a service writes about itself."
    )
    request_head_seconds: float = Field(
        default=10.0, gt=0, le=3600, description="How long the headers of a request may take to arrive."
    )
    request_silence_seconds: float = Field(
        default=30.0, gt=0, le=3600, description="How long who sends a body, or reads an answer, may be silent."
    )
    request_seconds: float = Field(
        default=3600.0, gt=0, le=86_400, description="How long the whole body of a request may take to arrive."
    )

    stop_seconds: int = Field(
        default=25, ge=1, le=3600, description="How long a service that is asked to stop goes on with what runs."
    )

    @field_validator("fetch_hosts")
    @classmethod
    def _hosts_can_be_read(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        try:
            read_host_patterns(given)
        except InvalidValue as error:
            raise ValueError(str(error)) from error
        return given

    @field_validator("fetch_buckets")
    @classmethod
    def _buckets_can_be_read(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for place in given:
            if not _BUCKET_PLACE.fullmatch(place):
                raise ValueError(f"{place[:100]!r} names no bucket; write my-bucket, or my-bucket/uploads")
        return given

    @field_validator("outbound_test_addresses")
    @classmethod
    def _addresses_can_be_read(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        try:
            read_networks(given)
        except InvalidValue as error:
            raise ValueError(str(error)) from error
        return given

    idempotency_days: int = Field(
        default=1, ge=1, le=365, description="How long a repeat of a request gets the first one's answer."
    )
    not_scanned_policy: str = Field(
        default="hold", max_length=500, description="What is done with media that could not be scanned, by the reason."
    )
    busy_seconds: float = Field(
        default=10.0, gt=0, le=600, description="How long media that has arrived waits for a free worker process."
    )
    max_waiting_media: int = Field(
        default=10_000, ge=1, le=1_000_000, description="How many media wait, or are held, in the sealed spool at most."
    )
    max_waiting_gib: int = Field(default=64, ge=1, le=1 << 20, description="How many GiB those are at most.")
    held_media_days: int = Field(
        default=30, ge=1, le=3650, description="How long media is held that could not be scanned."
    )

    recently_seen_days: int = Field(
        default=0, ge=0, le=90, description="How long signals of media that matched nothing are kept; 0: not at all."
    )

    @field_validator("not_scanned_policy")
    @classmethod
    def _check_policy(cls, text: str) -> str:
        try:
            read_policy(text)
        except InvalidValue as error:
            raise ValueError(str(error)) from error
        return text

    @model_validator(mode="after")
    def _party_can_be_read(self) -> Self:
        try:
            read_relying_party(self.resolved_console_origin, self.console_rp_id)
        except InvalidValue as error:
            raise ValueError(f"console_origin, console_rp_id: {error}") from error
        return self

    @property
    def resolved_console_origin(self) -> str:
        """The console's address in browsers, with the default filled in."""
        port = self.listen.rpartition(":")[2]
        return self.console_origin or f"http://localhost:{port if port.isdecimal() else 8680}"

    @property
    def resolved_scan_workers(self) -> int:
        """The number of worker processes, with the default filled in."""
        return self.scan_workers or len(os.sched_getaffinity(0))
