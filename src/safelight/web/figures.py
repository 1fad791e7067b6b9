"""Figures for Prometheus: counts and times by verdict, route and state, never by anything of a request's content."""

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

Reading = Mapping[tuple[str, ...], float]


class Figures:
    """The figures of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = self._counter("requests", "Requests answered.", ("route", "status"))
        self.seconds = Histogram(
            "safelight_request_seconds",
            "How long answers took.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.verdicts = self._counter("scans", "Media that was scanned.", ("verdict",))
        self.reasons = self._counter("scan_reasons", "Signal types that media has no signal of.", ("type", "reason"))
        self.lookups = self._counter("lookups", "Signals that were looked up.", ("type", "found"))
        self.unscanned = self._counter("unscanned", "Media that could not be scanned.", ("fault", "treatment"))
        self.refused = self._counter("refused", "Requests that were turned away for now.", ("why",))

    def _counter(self, name: str, told: str, labels: tuple[str, ...]) -> Counter:
        return Counter(f"safelight_{name}", told, labels, registry=self.registry)

    def watch(self, name: str, told: str, labels: tuple[str, ...], read: Callable[[], Reading]) -> None:
        """Add a figure that is read when it is asked for."""
        self.registry.register(_Watched(name, told, labels, read))


class _Watched(Collector):
    def __init__(self, name: str, told: str, labels: tuple[str, ...], read: Callable[[], Reading]) -> None:
        self._name, self._told, self._labels, self._read = f"safelight_{name}", told, labels, read

    def describe(self) -> list[Metric]:
        """Return the figure without its values: nothing is read before somebody asks."""
        return [GaugeMetricFamily(self._name, self._told, labels=self._labels)]

    def collect(self) -> list[Metric]:
        """Return the figure as it stands."""
        family = GaugeMetricFamily(self._name, self._told, labels=self._labels)
        for labels, value in self._read().items():
            family.add_metric(list(labels), value)
        return [family]
