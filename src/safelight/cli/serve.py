"""`safelight serve`: one process that answers requests and carries out jobs."""

from typing import Annotated, Literal

from cyclopts import Parameter

from safelight.cli.options import Workspace
from safelight.cli.voice import Voice, warn
from safelight.cli.worker import worker
from safelight.cli.workspace import open_named
from safelight.web.listening import is_loopback, read_address
from safelight.web.logs import set_up_logs, tell
from safelight.web.serving import Serving
from safelight.web.serving import serve as answer

_THREADS = 2


def serve(
    *,
    role: Annotated[
        Literal["all", "api", "console", "worker"],
        Parameter(help="What this process does: answer the API, show the console, carry out jobs, or all of it."),
    ] = "all",
    listen: Annotated[str | None, Parameter(help="HOST:PORT to answer on, instead of the setting `listen`.")] = None,
    keyless_port: Annotated[
        int | None, Parameter(help="A port of 127.0.0.1 that takes no keys: for look-ups and hashing alone.")
    ] = None,
    threads: Annotated[int, Parameter(help="How many jobs to carry out at a time.")] = _THREADS,
    workspace: Workspace = None,
) -> int:
    """Answer requests and carry out jobs until Ctrl-C or SIGTERM. Any number of such processes may run."""
    if role == "worker":
        return worker(threads=threads, workspace=workspace)
    house = open_named(workspace)
    address = read_address(listen or house.settings.listen)
    if not is_loopback(address.host):
        warn(
            f"{address.host} is reached from other machines, and requests come in the clear. Put something before it "
            "that speaks TLS."
        )
    set_up_logs(house.settings.log_level)
    asked = Serving(
        address=address,
        keyless_port=keyless_port,
        threads=threads if role == "all" else 0,
        has_api=role in {"all", "api"},
        has_console=role in {"all", "console"},
    )
    answer(house, asked, tell=tell, on_ready=lambda told: Voice().say(f"Ready: {', '.join(told)}"))
    return 0
