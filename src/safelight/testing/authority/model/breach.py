"""One way in which a document is not what it has to be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """Where it is, as `report/incidentSummary/platform` or with `/@name`, and what is wrong. No value is told."""

    path: str
    says: str
