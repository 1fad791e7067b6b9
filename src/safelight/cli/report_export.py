"""`safelight report export`: the figures of a transparency report as CSV. No account, content or person is in them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.moments import in_utc
from safelight.cli.new_file import new_file
from safelight.cli.options import Workspace
from safelight.cli.voice import Voice
from safelight.cli.workspace import open_named
from safelight.flow.outcomes.figures import figures, figures_csv

Since = Annotated[
    datetime | None, Parameter(help="From when on (UTC unless a zone is given); else from this year's beginning.")
]
Until = Annotated[
    datetime | None, Parameter(help="Until when, that moment excluded (UTC unless a zone is given); else until now.")
]


def export(file: Path, /, *, since: Since = None, until: Until = None, workspace: Workspace = None) -> int:
    """Write the figures of a time to a new file: a row a figure and month.

    Parameters
    ----------
    file
        Where to; it must not exist. docs/reference/outcome-figures.md says what each row means.

    """
    house = open_named(workspace)
    now = house.clock.now().astimezone(UTC)
    began = datetime(now.year, 1, 1, tzinfo=UTC) if since is None else in_utc(since)
    rows = figures(house.outcome_desk(), since=began, until=now if until is None else in_utc(until))
    with new_file(file) as opened:
        opened.write(figures_csv(rows))
    Voice().say(f"{len(rows)} figures written to {file}.")
    return 0
