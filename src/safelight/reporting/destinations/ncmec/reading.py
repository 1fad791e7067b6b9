"""Reading: what an outcome of the client means for what is to be done next, and nothing more than it says.

Filing opens another report only where it is known that this one was not filed, so that the one mistake that counts here
is a `Done` that was none. Whatever leaves a doubt is `Unanswered`: whoever files retracts then, and the authority says
what it was.
"""

from typing import TypeVar

from safelight.reporting.destinations.interface import Answer, Done, Exchange, Meaning, Refused, Unanswered
from safelight.reporting.destinations.ncmec import outcome as client
from safelight.reporting.destinations.ncmec.response_code import Effect, ResponseCode, meaning_of
from safelight.reporting.destinations.ncmec.taking import Doubtful, Take

_Value = TypeVar("_Value")
TOO_MANY = 429
"""Refused before it was looked at (RFC 6585, section 4)."""

_SETTLED = {
    ResponseCode.NO_SUCH_REPORT: Meaning.UNKNOWN_REPORT,
    ResponseCode.ALREADY_RETRACTED: Meaning.RETRACTED,
    ResponseCode.ALREADY_FINISHED: Meaning.FINISHED,
}


def read_outcome(
    outcome: client.Outcome, take: Take[_Value], *, sent: bytes = b"", report_id: int | None
) -> Answer[_Value]:
    """Return what came of a call; `report_id`: the report that it was about, None where that had no name yet.

    1. Nothing of it left this machine, or it was refused for too many: the same may succeed later.
    2. No whole answer, one that cannot be read, code 0 under an HTTP status of failure, or trouble of the authority
       (1000, 1100, 1110, 1111, 1300, 5xx): it may have been done, whatever the answer says.
    3. Code 0 and success: done, where the answer is about what was asked.
    4. 5001, 5101, 5102: no such report, retracted, finished. To an opening they are an answer that makes no sense, and
       one that names another report says nothing of this one.
    5. All else, wrong credentials among it: it will never take this, or not from us.
    """
    if isinstance(outcome, client.Unanswered):
        exchange = Exchange(sent=sent)
        if outcome.reach is client.Reach.BEFORE_SENDING:
            return Refused(meaning=Meaning.LATER, sentence=f"{outcome.reason} Nothing was sent.", exchange=exchange)
        return Unanswered(sentence=outcome.reason, exchange=exchange)
    exchange = _exchange(outcome, sent)
    match outcome.effect:
        case Effect.DONE:
            return _taken(outcome, take, exchange)
        case Effect.UNCLEAR:
            return Unanswered(sentence=_unclear(outcome), exchange=exchange)
        case Effect.AGAIN if outcome.code is not None or outcome.http_status != TOO_MANY:
            return Unanswered(sentence=_sentence(outcome), exchange=exchange)
        case Effect.AGAIN:
            return Refused(meaning=Meaning.LATER, sentence=_sentence(outcome), exchange=exchange)
    meaning = Meaning.FAULTY if report_id is None else _meaning(outcome.code)
    if meaning in _SETTLED.values() and _is_of_another(outcome, report_id):
        return Unanswered(sentence=f"The answer is about another report. {_sentence(outcome)}", exchange=exchange)
    return Refused(meaning=meaning, sentence=_sentence(outcome), exchange=exchange)


def _taken(outcome: client.Answered, take: Take[_Value], exchange: Exchange) -> Answer[_Value]:
    if outcome.response is None:  # pragma: no cover - without a response there is no code 0
        return Unanswered(sentence=_unclear(outcome), exchange=exchange)
    try:
        return Done(value=take(outcome.response), exchange=exchange)
    except Doubtful as error:
        return Unanswered(sentence=f"The authority answers that it was done, and not what. {error}", exchange=exchange)


def _is_of_another(outcome: client.Answered, report_id: int | None) -> bool:
    told = None if outcome.response is None else outcome.response.report_id
    return told is not None and told != report_id


def _meaning(code: int | None) -> Meaning:
    return Meaning.FAULTY if code not in set(ResponseCode) else _SETTLED.get(ResponseCode(code), Meaning.FAULTY)


def _sentence(outcome: client.Answered) -> str:
    if outcome.code is not None:
        return f"{meaning_of(outcome.code).sentence} (Code {outcome.code}.)"
    return f"The authority, or something before it, answered {outcome.http_status}. {outcome.unreadable}"


def _unclear(outcome: client.Answered) -> str:
    if outcome.code is not None:
        return f"The authority answered that it was done, and with {outcome.http_status}, which says that it failed."
    return f"The authority, or something before it, answered {outcome.http_status}. {outcome.unreadable}"


def _exchange(outcome: client.Answered, sent: bytes) -> Exchange:
    return Exchange(
        sent=sent,
        received=outcome.received,
        http_status=outcome.http_status,
        code=outcome.code,
        request_id=outcome.request_id,
    )
