"""The control address: what tests in other processes ask of the fake and tell it, as JSON. Of this machine alone."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from safelight.errors import InvalidValue
from safelight.testing.authority.as_json import call_as_json, orphan_as_json, report_as_json, scripted_as_json
from safelight.testing.authority.faults.plan import FaultPlan, read_script
from safelight.testing.authority.findings import find_orphans, finished_by_mark
from safelight.testing.authority.state.calls import CallLog
from safelight.testing.authority.state.clock import DrivenClock
from safelight.testing.authority.state.ledger import Ledger
from safelight.testing.authority.state.report import State

Handler = Callable[[Request], Awaitable[JSONResponse]]


class _Control:
    """The answers of the control address."""

    def __init__(self, ledger: Ledger, clock: DrivenClock, faults: FaultPlan, log: CallLog) -> None:
        self._ledger, self._clock, self._faults, self._log = ledger, clock, faults, log

    def reports(self, told: dict[str, Any]) -> Any:
        """List reports, all or those of `?state=`."""
        state = State(told["state"]) if told.get("state") else None
        return [report_as_json(each) for each in self._ledger.reports(state)]

    def report(self, told: dict[str, Any]) -> Any:
        """Show one report."""
        report = self._ledger.report(int(told["report_id"]))
        return None if report is None else report_as_json(report)

    def marks(self, told: dict[str, Any]) -> Any:
        """Say which finished reports there are of each mark at `?path=`."""
        return finished_by_mark(self._ledger, str(told["path"]))

    def orphans(self, _: dict[str, Any]) -> Any:
        """List the reports that are open."""
        return [orphan_as_json(each) for each in find_orphans(self._ledger, self._clock.now())]

    def calls(self, _: dict[str, Any]) -> Any:
        """Count the calls, and list the last of them."""
        return {"counts": dict(self._log.counts), "last": [call_as_json(each) for each in self._log.made()]}

    def time(self, _: dict[str, Any]) -> Any:
        """Tell the time."""
        return {"now": self._clock.now().isoformat(), "ahead_seconds": self._clock.ahead.total_seconds()}

    def drive(self, told: dict[str, Any]) -> Any:
        """Drive the clock: by `advance_seconds`, or to `at`."""
        if "at" in told:
            moment = datetime.fromisoformat(told["at"])
            if moment.tzinfo is None:
                raise InvalidValue("at needs an offset or Z.")
            self._clock.set_to(moment)
        else:
            self._clock.advance(timedelta(seconds=float(told["advance_seconds"])))
        return self.time(told)

    def script(self, _: dict[str, Any]) -> Any:
        """List the faults that wait."""
        return [scripted_as_json(each) for each in list(self._faults.script)]

    def add_fault(self, told: dict[str, Any]) -> Any:
        """Add a line to the script."""
        read_script(told, self._faults)
        return self.script(told)

    def clear_faults(self, told: dict[str, Any]) -> Any:
        """Let no call meet a fault any more."""
        self._faults.clear()
        return self.script(told)

    def schedule(self, told: dict[str, Any]) -> Any:
        """Let calls meet faults by a seed."""
        self._faults.by_seed(
            int(told["seed"]),
            percent=float(told["percent"]),
            faults=told.get("faults", ()),
            calls=told.get("calls", ()),
        )
        return self.script(told)


def control_app(ledger: Ledger, clock: DrivenClock, faults: FaultPlan, log: CallLog) -> Starlette:
    """Return the application of the control address. It has no password: it may be reached from this machine alone."""
    control = _Control(ledger, clock, faults, log)
    answers: list[tuple[str, str, Callable[[dict[str, Any]], Any]]] = [
        ("GET", "/reports", control.reports),
        ("GET", "/reports/{report_id:int}", control.report),
        ("GET", "/marks", control.marks),
        ("GET", "/orphans", control.orphans),
        ("GET", "/calls", control.calls),
        ("GET", "/clock", control.time),
        ("POST", "/clock", control.drive),
        ("GET", "/faults", control.script),
        ("POST", "/faults", control.add_fault),
        ("DELETE", "/faults", control.clear_faults),
        ("POST", "/schedule", control.schedule),
    ]
    routes = [Route(path, _answering(answer), methods=[method]) for method, path, answer in answers]
    # A page in a browser on this machine must not reach it by a name of its own.
    own = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"], www_redirect=False)
    return Starlette(routes=routes, middleware=[own])


def _answering(answer: Callable[[dict[str, Any]], Any]) -> Handler:
    async def handle(request: Request) -> JSONResponse:
        if request.method == "POST" and request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return JSONResponse({"error": "Send application/json."}, 415)
        try:
            told = dict(request.query_params) | dict(request.path_params)
            told |= await request.json() if request.method == "POST" else {}
            found = answer(told)
        except KeyError as error:
            return JSONResponse({"error": f"{error.args[0]} is missing."}, 400)
        except (InvalidValue, ValueError, TypeError, OverflowError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(found, 404 if found is None else 200)

    return handle
