"""Choosing the parts that connections to others' addresses take: the outlet, fetching, and what posts notices."""

import logging

from safelight.errors import InvalidValue
from safelight.intake.media import Origin
from safelight.intake.sources.interface import Fetchable
from safelight.intake.sources.url import Fetching, UrlArrival
from safelight.intake.spool import Spool
from safelight.notices.sending import Sender
from safelight.outbound.address import read_networks
from safelight.outbound.guard import Rule, read_host_patterns
from safelight.outbound.limits import Limits
from safelight.outbound.outlet import Outlet
from safelight.settings import Settings

_LOG = logging.getLogger("safelight")
_SILENCE_S = 10.0


def open_outlet(settings: Settings) -> Outlet:
    """Return what opens guarded connections. Where addresses are let through for tests, that is said."""
    if settings.outbound_test_addresses:
        _LOG.warning(
            "outbound_test_addresses is set: connections to %s are let through though they are not public. Whoever can "
            "name a URL reaches them. It is for tests alone.",
            ", ".join(settings.outbound_test_addresses),
        )
    return Outlet()


def open_fetching(settings: Settings, spool: Spool) -> Fetching:
    """Return what fetches media by URL, by the rule and the limits of the settings. Without hosts it refuses all."""
    rule = Rule(
        hosts=read_host_patterns(settings.fetch_hosts),
        schemes=frozenset({"https", "http"} if settings.fetch_plain_http else {"https"}),
        most_redirects=settings.fetch_redirects,
        let_through=read_networks(settings.outbound_test_addresses),
    )
    limits = Limits(
        seconds=settings.fetch_seconds,
        silence_seconds=min(_SILENCE_S, settings.fetch_seconds),
        max_bytes=min(settings.fetch_max_mib, settings.max_spool_mib) << 20,
        content_types=settings.fetch_types,
    )
    return Fetching(outlet=open_outlet(settings), rule=rule, limits=limits, spool=spool)


def open_url(fetching: Fetching, url: str, origin: Origin | None = None) -> UrlArrival:
    """Return the arrival of one URL. It is fetched, and refused where it must be, when it is opened."""
    return UrlArrival(url=url, fetching=fetching, origin=origin or Origin())


def open_object(settings: Settings, spool: Spool, reference: str, origin: Origin | None = None) -> Fetchable:
    """Return the arrival of one object, by `s3://BUCKET/KEY`. It is read, or refused, when it is opened.

    Raises InvalidValue where what speaks to object stores is not installed.
    """
    # Imported here because it is an extra, and only an object store needs it.
    try:
        from safelight.intake.sources.object_store import Buckets, ObjectArrival  # noqa: PLC0415 - see above
    except ImportError as error:
        raise InvalidValue(
            "What speaks to object stores is not installed. Install it with `pip install 'safelight[object-store]'`."
        ) from error
    buckets = Buckets(
        places=settings.fetch_buckets,
        spool=spool,
        max_bytes=min(settings.fetch_max_mib, settings.max_spool_mib) << 20,
        seconds=settings.fetch_seconds,
        region=settings.fetch_bucket_region,
        endpoint=settings.fetch_bucket_endpoint,
    )
    return ObjectArrival(reference=reference, buckets=buckets, origin=origin or Origin())


def open_sender(settings: Settings) -> Sender:
    """Return what posts notices."""
    limits = Limits(seconds=settings.notice_seconds, silence_seconds=settings.notice_seconds)
    through = read_networks(settings.outbound_test_addresses)
    return Sender(outlet=open_outlet(settings), limits=limits, let_through=through)
