"""Hits: what a client's question is about, and what matched, by the numbers of its contents."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from safelight.banks.content import number_of
from safelight.flow.chain import match_answers
from safelight.hashing.signal import NoSignal, Signal
from safelight.matching.live_banks import LiveBanks, Question
from safelight.matching.match import Found, Match
from safelight.matching.snapshot import Snapshot
from safelight.roles import Actor, may_use_bank
from safelight.web.hma.answer import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A match and the number of the content that it is of."""

    match: Match
    number: int


def question_of(
    live: LiveBanks, actor: Actor, asked: Sequence[str] | None, *, ignores_rollout: bool = False
) -> Question:
    """Return the question of a client: the banks that it names and may use, or all that it may use.

    A name that no bank has is passed over, as HMA does, unless there is none besides. Raises `Refused` then, and where
    a bank is named that the client's key is not for; `DatabaseUnusable`.
    """
    if asked is None:
        return Question(bank_names=actor.bank_names, ignores_rollout=ignores_rollout, passes_over=True)
    banks = {bank.name.casefold(): bank.name for bank in live.holdings.banks.values()}
    names = [banks[name.casefold()] for name in asked if name.casefold() in banks]
    if asked and not names:
        raise Refused(400, "No bank has any of these names. Nothing was looked up.")
    if not all(may_use_bank(actor, name) for name in names):
        raise Refused(403, "A bank is named that this key is not for. Nothing was looked up.")
    return Question(bank_names=frozenset(names), ignores_rollout=ignores_rollout, passes_over=True)


def find_hits(
    snapshot: Snapshot, answers: Sequence[Signal | NoSignal], digest: bytes, installation: str
) -> tuple[Found, list[Hit]]:
    """Return what matches, nearest first: at most 32, or of each bank at most 32 where there are more.

    `digest` decides on roll-outs. Raises `EntriesNeeded` where the snapshot does not wait, `DatabaseUnusable`.
    """
    found = match_answers(snapshot, answers, digest)
    matches = list(found.matches)
    if found.omitted:
        ones = (replace(snapshot, asked=frozenset({bank_id})) for bank_id in sorted(snapshot.asked))
        matches = [match for one in ones for match in match_answers(one, answers, digest).matches]
    entries = snapshot.find_entries([match.entry_id for match in matches]) if matches else {}
    return found, [Hit(match=match, number=number_of(entries[match.entry_id], installation)) for match in matches]
