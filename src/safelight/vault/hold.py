"""Holds: why evidence must be kept, and until when. Every rule of time is a function of this page, and touches nothing.

A hold keeps its evidence from the moment that it is written down until `until_at`, that moment itself excluded. Several
holds may keep the same evidence; it is kept until the last of them has ended. Moments are moments: in which time zone
one is written makes no difference to any rule.

None of this is legal advice: what a provider must keep, and for how long, is for its counsel to say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from safelight.errors import InvalidValue
from safelight.roles import Actor

APPEAL_DAYS = 30
REPORT_YEARS = 1
LAW_ENFORCEMENT_DAYS = 90
MOST_OPERATOR_YEARS = 10
"""Longer than any hold of an operator's own may last: beyond it somebody must decide anew, with a new reason."""

LONGEST_TEXT = 1000
"""Characters of a reason, a legal basis or a reference."""

_SLIP = timedelta(days=1)
"""How far ahead a hold's beginning may lie: as much as a confusion of time zones makes."""

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""Before it no hold begins: whoever writes such a moment has slipped."""

_ZONES = (timezone(timedelta(hours=-12)), UTC, timezone(timedelta(hours=14)))
"""The last place on Earth to begin a date, and the first: between them lie all others."""


class HoldKind(StrEnum):
    """Why evidence is held. What each means, and how long it lasts, stands at the function that makes it."""

    UNDER_REVIEW = "under_review"
    REPORT = "report"
    LAW_ENFORCEMENT = "law_enforcement"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """A hold that is to be added. `until_at` is None while its end is not known: it lasts until one is."""

    kind: HoldKind
    reason: str
    legal_basis: str
    reference: str
    from_at: datetime
    until_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold of evidence as it stands. `released_at` and `order_id`: a lawful order ended it before its time."""

    id: int
    evidence_id: str
    kind: HoldKind
    reason: str
    legal_basis: str
    reference: str
    from_at: datetime
    until_at: datetime | None
    added_at: datetime
    added_by: Actor
    warned_at: datetime | None = None
    released_at: datetime | None = None
    order_id: int | None = None

    @property
    def ended_at(self) -> datetime | None:
        """When it ended or will end; None while that is not known."""
        return self.until_at if self.released_at is None else self.released_at

    def is_active(self, at: datetime) -> bool:
        """Say whether the hold keeps its evidence at a moment.

        It does if (1) no lawful order has released it, and (2) its end is not known yet or lies after that moment. A
        hold that begins later keeps already now: evidence must not be gone before the time for which it is wanted.
        """
        return self.released_at is None and (self.until_at is None or at < self.until_at)


def active(holds: Iterable[Hold], at: datetime) -> list[Hold]:
    """Return the holds that keep their evidence at a moment."""
    return [hold for hold in holds if hold.is_active(at)]


def governing(holds: Iterable[Hold], at: datetime) -> Hold | None:
    """Return the hold that lasts longest of those that keep at a moment; None where none does.

    One without a known end lasts longer than any other.
    """
    endless = datetime.max.replace(tzinfo=UTC)
    return max(active(holds, at), key=lambda hold: (hold.until_at or endless, hold.id), default=None)


def may_be_destroyed(holds: Sequence[Hold], at: datetime) -> bool:
    """Say whether evidence may be destroyed at a moment without a lawful order.

    It may if (1) there has been at least one hold, and (2) every hold has ended. Evidence that nobody ever held is a
    fault to be looked into, not evidence whose time is over.
    """
    return bool(holds) and not active(holds, at)


def review_hold(sealed_at: datetime) -> NewHold:
    """Return the hold that comes with every sealing: `under review`, without an end.

    It ends (1) when the case about the evidence is closed without a report, the time for an appeal later, or (2) at
    the authority's receipt of a report, when the report's own hold begins. Reopening a case takes its end away again.
    Source: our own rule; a provider that has actual knowledge must be able to report (18 U.S.C. 2258A(a)) and to answer
    an appeal.
    """
    return NewHold(
        kind=HoldKind.UNDER_REVIEW,
        reason="Sealed, and not decided yet.",
        legal_basis="18 U.S.C. 2258A(a)",
        reference="",
        from_at=sealed_at,
        until_at=None,
    )


def end_of_review(closed_at: datetime, recorded_at: datetime, *, appeal_days: int = APPEAL_DAYS) -> datetime:
    """Return when the hold `under review` ends after a case was closed without a report.

    So many days after the closing, or after it was written down if that was later: nobody loses time to appeal because
    somebody was slow to record. Source: our own rule (`appeal_days`).
    """
    return max(closed_at, recorded_at) + timedelta(days=_at_least(0, appeal_days, "Days for an appeal"))


def report_hold(receipt_at: datetime, reference: str, *, years: int = REPORT_YEARS) -> NewHold:
    """Return the hold that a report demands: a calendar year, or more if so set, from the authority's receipt.

    Source: 18 U.S.C. 2258A(h)(1), a provider preserves what it reported for one year after the submission to the
    CyberTipline; (h)(5) allows to keep it for longer. The submission is complete with the authority's receipt, not
    when the report was begun. `reference` is the authority's number of the report.
    """
    return NewHold(
        kind=HoldKind.REPORT,
        reason="Reported to an authority.",
        legal_basis="18 U.S.C. 2258A(h)(1)",
        reference=reference,
        from_at=receipt_at,
        until_at=add_years(receipt_at, _at_least(REPORT_YEARS, years, "Years after a report")),
    )


def law_enforcement_hold(
    requested_at: datetime, *, reference: str, reason: str = "", legal_basis: str = "", days: int = LAW_ENFORCEMENT_DAYS
) -> NewHold:
    """Return the hold that a request by law enforcement demands: 90 days, or more if so set, from the request.

    Source: 18 U.S.C. 2703(f)(1) and (2): records are retained for 90 days, which is extended for 90 more upon a renewed
    request. `reference` says which request it was.
    """
    return NewHold(
        kind=HoldKind.LAW_ENFORCEMENT,
        reason=reason or "Request by law enforcement to preserve.",
        legal_basis=legal_basis or "18 U.S.C. 2703(f)",
        reference=reference,
        from_at=requested_at,
        until_at=requested_at + timedelta(days=_at_least(LAW_ENFORCEMENT_DAYS, days, "Days of a request")),
    )


def renewed_hold(
    hold: Hold, *, reference: str, reason: str = "", legal_basis: str = "", days: int = LAW_ENFORCEMENT_DAYS
) -> NewHold:
    """Return the hold that renews a request by law enforcement: as long again, from the end of the one before.

    Only a request by law enforcement is renewed; for others a further hold is added. That it begins at the old end and
    not at the renewal leaves no gap and takes no day away. Source: 18 U.S.C. 2703(f)(2). Raises `InvalidValue`.
    """
    if hold.kind is not HoldKind.LAW_ENFORCEMENT or hold.until_at is None:
        raise InvalidValue(f"Hold {hold.id} is no request by law enforcement. Add a further hold instead.")
    return law_enforcement_hold(
        hold.until_at,
        reference=reference,
        reason=reason or "Renewed request by law enforcement to preserve.",
        legal_basis=legal_basis or hold.legal_basis,
        days=days,
    )


def operator_hold(
    from_at: datetime, until_at: datetime, *, reason: str, legal_basis: str = "", reference: str = ""
) -> NewHold:
    """Return a hold of the operator's own: for a reason that must be given, until an end that must be given.

    Source: 18 U.S.C. 2258A(h)(5), keeping longer to reduce exploitation; or the operator's own law. It may last at most
    `MOST_OPERATOR_YEARS`: what is kept for longer is decided anew.
    """
    return NewHold(
        kind=HoldKind.OPERATOR,
        reason=reason,
        legal_basis=legal_basis,
        reference=reference,
        from_at=from_at,
        until_at=until_at,
    )


def add_years(moment: datetime, years: int) -> datetime:
    """Return the moment so many calendar years later, in UTC; never sooner than any place on Earth would have it.

    The same date and time of a later year; after 29 February, 1 March where that year has no such day. Which date a
    moment falls on depends on where one stands, and around a leap day that makes a day's difference: the later counts.
    """
    return max(_add_years(moment.astimezone(zone), years) for zone in _ZONES).astimezone(UTC)


def _add_years(local: datetime, years: int) -> datetime:
    try:
        return local.replace(year=local.year + years)
    except ValueError:  # 29 February
        return local.replace(year=local.year + years, month=3, day=1)


def is_same_hold(hold: Hold, new: NewHold) -> bool:
    """Whether a hold says just what another would: then who asks for that has asked before."""
    told = (hold.kind, hold.from_at, hold.until_at, hold.reason, hold.legal_basis, hold.reference)
    return told == (new.kind, new.from_at, new.until_at, new.reason, new.legal_basis, new.reference)


def tell_hold(hold: Hold) -> str:
    """Return a hold in a few words: its number, its kind, its end."""
    kind = hold.kind.value.replace("_", " ")
    end = "without an end yet" if hold.until_at is None else f"until {hold.until_at:%Y-%m-%d %H:%M} UTC"
    return f"hold {hold.id} ({kind}, {end})"


def check_new_hold(new: NewHold, now: datetime) -> None:
    """Raise `InvalidValue` unless a hold may be added at a moment.

    It may if (1) its moments carry a time zone, (2) it begins no more than a day from now, and not before 1970, (3) it
    ends later than now, (4) only `under review` has no end, (5) a request by law enforcement and a report have a
    reference, one of the operator's own has a reason and lasts no longer than allowed, and (6) no text is too long.
    """
    for moment in (new.from_at, new.until_at):
        if moment is not None and moment.utcoffset() is None:
            raise InvalidValue("A hold's moments need a time zone, such as 2027-01-31T00:00:00Z.")
    if not _EARLIEST <= new.from_at <= now + _SLIP:
        raise InvalidValue("A hold begins now or began before. Nothing was added.")
    _check_end(new, now)
    _check_texts(new)


def _check_end(new: NewHold, now: datetime) -> None:
    if new.until_at is None:
        if new.kind is not HoldKind.UNDER_REVIEW:
            raise InvalidValue("A hold needs an end. Nothing was added.")
        return
    if new.until_at <= now:
        raise InvalidValue(f"That hold ended on {new.until_at:%Y-%m-%d %H:%M} already: it would keep nothing.")
    longest = add_years(max(new.from_at, now), MOST_OPERATOR_YEARS)
    if new.kind is HoldKind.OPERATOR and new.until_at > longest:
        raise InvalidValue(
            f"A hold of your own lasts at most {MOST_OPERATOR_YEARS} years. Choose an earlier end; decide anew then."
        )


def _check_texts(new: NewHold) -> None:
    if new.kind is HoldKind.OPERATOR and not new.reason.strip():
        raise InvalidValue("A hold of your own needs a reason. Nothing was added.")
    if new.kind in {HoldKind.LAW_ENFORCEMENT, HoldKind.REPORT} and not new.reference.strip():
        raise InvalidValue("This hold needs a reference: the number of the request or of the report.")
    check_texts(new.reason, new.legal_basis, new.reference)


def check_texts(*texts: str) -> None:
    """Raise `InvalidValue` where a text is longer than `LONGEST_TEXT`."""
    if any(len(text) > LONGEST_TEXT for text in texts):
        raise InvalidValue(f"A reason, legal basis or reference has at most {LONGEST_TEXT} characters.")


def _at_least(least: int, given: int, what: str) -> int:
    if given < least:
        raise InvalidValue(f"{what}: at least {least}, not {given}.")
    return given
