"""The client: one method for each thing that a program asks of the service."""

import json
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

import httpx2

from safelight.client.answers import Acted, Hashed, Lookup, Scan
from safelight.client.context import Context
from safelight.client.problem import Problem, Unreachable

Media = bytes | Iterable[bytes]
"""Bytes, or chunks of them: what is longer than memory is sent as it is read."""

MOST_TRIES = 4
_LONGEST_WAIT_S = 30.0
_FIRST_WAIT_S = 0.25
_MAY_PASS = frozenset({429, 502, 503, 504})


class Client:
    """Asks a service. For any number of threads; close it, or use it for the length of a block.

    What may pass (the service is busy, restarts, does not answer) is tried again, with waits, where that can do no
    harm: look-ups and actions always, scans because each is sent under an idempotency key. Media that is given as
    chunks can be sent once only. Raises `Problem` for what the service refuses and `Unreachable` where it does not
    answer.
    """

    def __init__(
        self, address: str, key: str, *, timeout_s: float = 60.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._http = httpx2.Client(
            base_url=address,
            headers={"Authorization": f"Bearer {key}"},
            timeout=timeout_s,
            trust_env=False,
            follow_redirects=False,
        )
        self._sleep = sleep

    def scan(
        self,
        media: Media,
        *,
        context: Context | None = None,
        idempotency_key: str | None = None,
        waits: bool = True,
    ) -> Scan:
        """Have media scanned; a match is a case, and preserved, when this returns.

        With `waits=False` it is only kept, and scanned soon by a job: the verdict is then None. Give an idempotency key
        of your own, such as the upload's id, so that a program that was killed gets the first answer when it asks
        again.
        """
        headers = _scan_headers("application/octet-stream", idempotency_key)
        if context is not None:
            headers["Safelight-Context"] = json.dumps(context.as_json())
        return Scan.read(self._send("POST", _scan_path(waits), content=media, headers=headers))

    def scan_url(
        self,
        url: str,
        *,
        context: Context | None = None,
        idempotency_key: str | None = None,
        waits: bool = True,
    ) -> Scan:
        """Have media scanned that the service fetches itself, by `https://…`, or by `s3://BUCKET/KEY` from its buckets.

        Where it cannot be had, this raises `Problem` (`outbound_refused`, `outbound_timed_out`, `outbound_too_large`,
        `outbound_failed`): then nothing was scanned, and it is not clean. A repeat under one idempotency key gets the
        first answer, though the URL may give something else by then. All else is as in `scan`.
        """
        named = {"object" if url.startswith("s3://") else "url": url}
        told = (context or Context()).as_json() | named
        headers = _scan_headers("application/json", idempotency_key)
        return Scan.read(self._send("POST", _scan_path(waits), content=json.dumps(told).encode(), headers=headers))

    def find_scan(self, scan_id: str) -> Scan:
        """Return what became of a scan that was sent with `waits=False`, or under an idempotency key of yours."""
        return Scan.read(self._send("GET", f"/api/v1/scans/{quote(scan_id, safe='')}", content=b""))

    def lookup(self, signals: Sequence[tuple[str, str]], *, banks: Sequence[str] = ()) -> list[Lookup]:
        """Look up signals, each a type and a value in hexadecimal; return what is known of each, in their order."""
        asked: dict[str, Any] = {"signals": [{"type": kind, "value": value} for kind, value in signals]}
        if banks:
            asked["banks"] = list(banks)
        told = self._send("POST", "/api/v1/lookup", content=json.dumps(asked).encode())
        return [Lookup.read(each) for each in told["results"]]

    def hash(self, media: Media) -> Hashed:
        """Hash media, and match it against nothing."""
        return Hashed.read(self._send("POST", "/api/v1/hash", content=media))

    def tell_action(
        self, action: str, at: datetime, *, subject_id: str = "", content_id: str = "", user_told: str = "unknown"
    ) -> Acted:
        """Tell what your platform did: removed, suspended, restored, warned, nothing or other; `at` has a zone.

        It is about an account, about content, or about both, by your own ids; `user_told` is yes, no or unknown. The
        same action, told again, is one, so that this is tried again too.
        """
        told = {"action": action, "at": at.isoformat(), "subject_id": subject_id, "content_id": content_id}
        body = json.dumps(told | {"user_told": user_told}).encode()
        return Acted.read(self._send("POST", "/api/v1/actions", content=body))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        """Use the client for the length of a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _send(self, method: str, path: str, *, content: Media, headers: dict[str, str] | None = None) -> Any:
        tries = MOST_TRIES if isinstance(content, bytes) else 1
        for number in range(1, tries + 1):
            try:
                answer = self._http.request(method, path, content=content, headers=headers)
            except httpx2.TransportError as error:
                if number == tries:
                    raise Unreachable(f"The service did not answer: {type(error).__name__}.") from error
                self._sleep(_wait_s(number))
                continue
            if answer.is_success:
                return answer.json()
            problem = Problem.read(answer.status_code, _told(answer), answer.headers)
            if answer.status_code not in _MAY_PASS or number == tries:
                raise problem
            self._sleep(_wait_s(number) if problem.retry_after_s is None else problem.retry_after_s)
        raise AssertionError("each try ends in an answer or an error")  # pragma: no cover - as it says


def _scan_path(waits: bool) -> str:
    return "/api/v1/scan" if waits else "/api/v1/scan?wait=false"


def _scan_headers(content_type: str, idempotency_key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": idempotency_key or uuid.uuid4().hex, "Content-Type": content_type}


def _told(answer: httpx2.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _wait_s(number: int) -> float:
    return float(min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** (number - 1)))
