"""The funnel, and what of it is told to leads by bank: which lists lead to something."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from safelight.database.transaction import Tx
from safelight.flow.outcomes.desk import OutcomeDesk
from safelight.flow.outcomes.figures import check_span
from safelight.outcomes import queries
from safelight.outcomes.measures import By, FunnelRow, Rows, Stage, funnel
from safelight.reporting import measure_queries as reports
from safelight.review import measure_queries as review
from safelight.review.measured import Source, SourceKind
from safelight.roles import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class BankResult:
    """What came of the cases that a bank brought, alone or with others. It is no verdict on it, or on an entry."""

    bank_name: str
    cases: int
    confirmed: int
    not_confirmed: int
    reported: int
    acted_on: int
    closed_without_action: int


def funnel_of(desk: OutcomeDesk, *, since: datetime, until: datetime, by: Collection[By] = ()) -> list[FunnelRow]:
    """Return the funnel of the cases that were opened in a time, as they stand now.

    What lists lead to is told to leads. Raises `NotAllowed` without `outcome:read`, or by source without `case:lead`,
    and `InvalidValue` for a time of no sense.
    """
    check_span(since, until)
    if By.SOURCE in by:
        _require_lead(desk)
    with desk.asking() as tx:
        return funnel(_rows(tx, since, until), by)


def bank_results(desk: OutcomeDesk, *, since: datetime, until: datetime) -> list[BankResult]:
    """Return, by bank, what came of the cases of a time that it brought.

    An entry is judged by who decides on it (`bank opinion`), never by this. Raises `NotAllowed` without `outcome:read`
    and `case:lead`, `InvalidValue` for a time of no sense.
    """
    check_span(since, until)
    _require_lead(desk)
    with desk.asking() as tx:
        rows = _rows(tx, since, until)
        banks = {source.label: source for _, source in review.each_source(tx, since, until) if _is_bank(source)}
        found = funnel(rows, (By.SOURCE,))
    return [_result(banks[each.source].bank_name, each) for each in found if each.source in banks]


def _require_lead(desk: OutcomeDesk) -> None:
    with desk.asking(Permission.CASE_LEAD):
        pass


def _rows(tx: Tx, since: datetime, until: datetime) -> Rows:
    return Rows(
        cases=review.each_case(tx, since, until),
        sources=review.each_source(tx, since, until),
        reports=reports.each_filed(tx, since),
        first_outcomes=queries.each_first_outcome(tx, since),
    )


def _is_bank(source: Source) -> bool:
    return source.kind is SourceKind.BANK


def _result(bank_name: str, row: FunnelRow) -> BankResult:
    return BankResult(
        bank_name=bank_name,
        cases=row.counts[Stage.CASE],
        confirmed=row.counts[Stage.CONFIRMED],
        not_confirmed=row.counts[Stage.NOT_CONFIRMED],
        reported=row.counts[Stage.REPORTED],
        acted_on=row.counts[Stage.ACTED_ON],
        closed_without_action=row.counts[Stage.CLOSED_WITHOUT_ACTION],
    )
