"""Wants: what a report to the police or a hotline should say, and what an investigator does with it."""

from collections.abc import Iterator, Mapping
from typing import Any

from safelight.reporting.completeness import Completeness, Want, weigh
from safelight.reporting.paper import Paper


def completeness_of(paper: Paper) -> Completeness:
    """Return how complete a paper of this form is. It may have faults."""
    report = paper.report
    return weigh([*_of_report(report), *_of_account(_object(report, "account")), *_of_files(paper)])


def _of_report(report: Mapping[str, Any]) -> Iterator[Want]:
    incident = _object(report, "incident")
    yield _want(
        "summary",
        "report/summary",
        15,
        "Whoever takes the report in decides by it, in a minute, who has to read the rest.",
        report.get("summary"),
    )
    told = incident.get("timeMeaning") in {"upload", "message"}
    yield _want(
        "time",
        "report/incident/happenedAt",
        10,
        "When it happened is what providers of networks are asked about; when it was found is not.",
        told,
    )
    yield _want(
        "service",
        "report/incident/service",
        5,
        "It says which service is meant, and so which records can be asked for.",
        incident.get("service"),
    )
    yield _want(
        "detection",
        "report/incident/detection",
        4,
        "A court asks how it came to light.",
        incident.get("detection"),
    )
    yield _want(
        "place", "report/places", 8, "It says where it can be found, and where else to look.", report.get("places")
    )
    yield _want(
        "actions",
        "report/actions",
        6,
        "It says whether the account can still be watched, and what is preserved.",
        report.get("actions"),
    )
    yield _want(
        "victims",
        "report/victims",
        8,
        "A child who can be found can be protected.",
        report.get("victims"),
    )


def _of_account(account: Mapping[str, Any]) -> Iterator[Want]:
    yield _want("account", "report/account/id", 10, "Without an account nobody can be looked for.", account.get("id"))
    seen = [each for each in _list(account, "addressesSeen") if isinstance(each, Mapping) and each.get("seenAt")]
    yield _want(
        "address",
        "report/account/addressesSeen",
        12,
        "An address with its time is how a place is found: over 8 % of reports of 2024 said too little to find any.",
        seen,
    )
    yield _want(
        "port",
        "report/account/addressesSeen/port",
        3,
        "Many customers share an address; the port tells them apart.",
        any(each.get("port") is not None for each in seen),
    )
    yield _want(
        "contact",
        "report/account/emails",
        8,
        "An e-mail address or a telephone number leads to a person sooner than anything else.",
        account.get("emails") or account.get("phones"),
    )
    names = account.get("screenName") or account.get("displayNames") or account.get("profileUrls")
    yield _want("names", "report/account/screenName", 5, "People use the same names elsewhere.", names)


def _of_files(paper: Paper) -> Iterator[Want]:
    files = [each.details for each in paper.files]
    if not files:
        return
    yield _want(
        "classified",
        "file/classification",
        4,
        "It says what to expect before anybody opens it, and what comes first.",
        all(each.get("classification") for each in files),
    )
    yield _want(
        "public",
        "file/isPublic",
        2,
        "It says whether others could see it, and so how far it may have spread.",
        all(each.get("isPublic") is not None for each in files),
    )


def _want(name: str, path: str, weight: int, why: str, told: object) -> Want:
    return Want(name=name, path=path, weight=weight, why=why, is_there=bool(told))


def _object(tree: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = tree.get(name)
    return found if isinstance(found, Mapping) else {}


def _list(tree: Mapping[str, Any], name: str) -> list[Any]:
    found = tree.get(name)
    return found if isinstance(found, list) else []
