"""What is watched: figures that are read when somebody asks for them. Banks' names are the only names in them."""

from collections import Counter
from collections.abc import Callable

from prometheus_client import ProcessCollector

from safelight.app.deadline_parts import deadline_rules
from safelight.audit.heading import latest_head_at
from safelight.audit.queries import count_waiting
from safelight.banks.queries import last_position
from safelight.database.transaction import read
from safelight.flow.reporting.deadlines import count_loud
from safelight.jobs.queries import standing_by_kind
from safelight.recent.queries import seen_totals
from safelight.reporting.queries import count_open, count_reports
from safelight.reporting.setup_queries import list_setups
from safelight.vault.queries import kept_by_reason
from safelight.web import figures
from safelight.web.host import Host
from safelight.web.recent import Recent
from safelight.web.stand import Stand


def watch(host: Host) -> None:
    """Let the figures of a service tell how it stands."""
    _watch_process(host)
    _watch_banks(host)
    _watch_installation(host, Recent(read=lambda: read_stand(host), nothing=None))


def read_stand(host: Host) -> Stand:
    """Ask the database how the installation stands. Raises `DatabaseUnusable`."""
    house = host.service.house
    with read(house.engine) as tx:
        return Stand(
            at=house.clock.now(),
            jobs=standing_by_kind(tx),
            kept=kept_by_reason(tx),
            head_at=latest_head_at(tx),
            unnumbered=count_waiting(tx),
            last_change=last_position(tx).number,
            seen=seen_totals(tx),
            loud=count_loud(tx, house.clock, deadline_rules(house.settings)),
            reports=count_reports(tx),
            open_reports=count_open(tx),
            destinations=Counter(each.is_off for each in list_setups(tx)),
        )


def _watch_process(host: Host) -> None:
    ProcessCollector(registry=host.figures.registry)
    watched, turns = host.figures.watch, host.scanning
    watched("media_in_hand", "Media that arrives, waits or is scanned now.", (), lambda: {(): host.in_hand})
    watched("scans_under_way", "Scans under way now.", (), lambda: {(): turns.taken})
    watched("scans_waiting", "Media that waits for a worker process now.", (), lambda: {(): turns.waiting})


def _watch_banks(host: Host) -> None:
    watched, banks = host.figures.watch, host.service.banks

    def silences() -> figures.Reading:
        fresh = banks.freshness
        return {(bank,): fresh.silent_s for bank, _ in fresh.entries}

    def entries() -> figures.Reading:
        return {(bank, kind.value): count for (bank, kind), count in banks.freshness.entries.items()}

    watched("index_silent_seconds", "How long ago a bank's changes were last followed.", ("bank",), silences)
    watched("index_entries", "Entries that are searched.", ("bank", "type"), entries)


def _watch_installation(host: Host, stand: Recent[Stand | None]) -> None:
    """Add what comes of one reading of the database. Where that fails it is left out, and that is told."""
    settings, banks = host.service.house.settings, host.service.banks
    most_media, most_bytes = settings.max_waiting_media, settings.max_waiting_gib << 30

    def add(name: str, told: str, of: Callable[[Stand], figures.Reading], *labels: str) -> None:
        def values() -> figures.Reading:
            now = stand.take()
            return {} if now is None else of(now)

        host.figures.watch(name, told, labels, values)

    def room(now: Stand) -> figures.Reading:
        return now.spool_room(most_media=most_media, most_bytes=most_bytes)

    def behind(now: Stand) -> figures.Reading:
        return {(): max(0, now.last_change - banks.freshness.position.number)}

    add("jobs", "Jobs that are not done.", Stand.job_counts, "kind", "state")
    add("oldest_due_seconds", "For how long the first job of a kind has been due.", Stand.job_ages, "kind")
    add("spool_media", "Media in the sealed spool.", Stand.spool_media, "state")
    add("spool_bytes", "Bytes of it.", Stand.spool_bytes, "state")
    add("spool_oldest_seconds", "How long ago the oldest of it came.", Stand.spool_ages, "state")
    add("spool_room", "How much more may wait there.", room, "of")
    add("held_media", "Media that could not be scanned and is held.", Stand.held_media, "reason")
    add("index_behind_changes", "Changes of the banks that are not searched yet.", behind)
    add("audit_head_age_seconds", "How old the last signed head of the audit log is.", Stand.head_age)
    add("audit_unnumbered", "Audit entries that wait for their place.", lambda now: {(): now.unnumbered})
    add("recently_seen_media", "Media that matched nothing and is kept.", lambda now: {(): now.seen.media})
    add("recently_seen_oldest_seconds", "How long ago the oldest of it was seen.", Stand.seen_age)
    add("retroactive_matches", "Media of it that matched an entry which came later.", Stand.retroactive_matches, "kind")
    add("reports_due", "What must be reported, or a report that must be seen to.", Stand.reports_due, "level")
    add("reports", "Reports, by where they stand.", Stand.reports_by_state, "state")
    add("reports_open", "Reports that are open at an authority, not finished.", lambda now: {(): now.open_reports})
    add("destinations", "Destinations that are set up.", Stand.destinations_by_state, "state")
    is_live = float(settings.live_reporting)
    host.figures.watch("live_reporting", "1 where reports that count are sent.", (), lambda: {(): is_live})
    missing = "1 where the database could not be asked: what comes of it is left out."
    host.figures.watch("figures_missing", missing, (), lambda: {(): float(stand.take() is None)})
