"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Workspace = Annotated[
    Path | None,
    Parameter(
        name=["--workspace", "-w"],
        help="The workspace folder. Else SAFELIGHT_WORKSPACE, else this folder or one above it.",
    ),
]
