"""A client of Safelight's service, for programs that upload. It imports nothing else of Safelight.

from safelight.client import Client, Context

with Client("http://127.0.0.1:8680", key) as safelight:
    scan = safelight.scan(data, context=Context(subject_id="account-4711", content_id="post-17"))
    if scan.verdict in {"exact", "near"}:
        ...  # it is a case by now: do not publish it
    elif scan.verdict != "no_known_match":
        ...  # not scanned: hold it back, it is not clean
"""

from safelight.client.answers import Acted, Hashed, Lookup, Match, Scan
from safelight.client.client import Client
from safelight.client.context import Context
from safelight.client.problem import Problem, Unreachable

__all__ = ["Acted", "Client", "Context", "Hashed", "Lookup", "Match", "Problem", "Scan", "Unreachable"]
