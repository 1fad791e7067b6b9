"""What the default run asks of all that schemathesis would: each route in each way, and each kind of value somewhere.

Of the values at the bounds of every field there are thousands, and the long run asks them all.
"""

from collections import Counter
from typing import Any

import schemathesis
from faults import no_fault_of_ours
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario

__all__ = ["filter_case", "no_fault_of_ours"]
"""schemathesis is given one module: this one has the check of the other too."""

_MISSING, _METHOD = CoverageScenario.MISSING_PARAMETER, CoverageScenario.UNSPECIFIED_HTTP_METHOD
_OF_EACH_KIND = 2
_seen: Counter[tuple[Any, ...]] = Counter()


@schemathesis.hook
def filter_case(_context: Any, case: Any) -> bool:
    """Keep a case whose place in the route, or whose kind of value, was not tried before, and what lacks something."""
    data = case.meta.phase.data
    if not isinstance(data, CoveragePhaseData):
        return True  # an example, or a generated one: these are few
    kind, place = data.scenario, data.parameter_location
    its_own = {_MISSING: (kind, data.parameter), _METHOD: (kind,)}.get(kind, ())
    of_route = (case.operation.label, place, case.meta.generation.mode, *its_own)
    is_new = not _seen[of_route] or _seen[kind, place] < _OF_EACH_KIND
    _seen.update([of_route, (kind, place)])
    return is_new
