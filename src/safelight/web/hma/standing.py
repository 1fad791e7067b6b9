"""Standing: the banks as they stand at each question of a client, and the numbers of the contents that matched."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from safelight.banks import queries
from safelight.banks.bank import WHOLE_ROLLOUT
from safelight.banks.content import number_of
from safelight.banks.entry import Entry
from safelight.database.transaction import read
from safelight.flow.chain import match_answers
from safelight.hashing.signal import NoSignal, Signal
from safelight.matching.follower import Holdings
from safelight.matching.match import Found, Match
from safelight.matching.snapshot import EntryLookup, Snapshot, is_asked, take_snapshot
from safelight.roles import Actor, may_use_bank
from safelight.web.hma.answer import Refused
from safelight.web.hma.parts import HmaParts

MOST_ENTRIES = 50_000
"""Entries that are remembered: what an entry says never changes, so that one which was found needs no second look."""

MOST_QUESTIONS = 64
"""Kinds of questions of which a snapshot is kept at a time."""


class EntriesNeeded(Exception):
    """Something was found whose entry is not remembered: ask again where a database may be waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which banks are asked, None for all; whether each is held against whatever its roll-out says."""

    bank_names: frozenset[str] | None
    ignores_rollout: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A match and the number of the content that it is of."""

    match: Match
    number: int


class Standing:
    """Answers questions. For any number of threads; never waits for a database where `waits` is False."""

    def __init__(self, parts: HmaParts) -> None:
        self._parts = parts
        self._installation = ""
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._taken: OrderedDict[tuple[Question, bool], tuple[Holdings, Snapshot]] = OrderedDict()
        self._lock = threading.Lock()

    def question(self, actor: Actor, asked: Sequence[str] | None, *, ignores_rollout: bool = False) -> Question:
        """Return the question of a client: the banks that it names and may use.

        A name that no bank has is passed over, as HMA does, unless there is none besides. Raises `Refused` then, and
        where a bank is named that the client's key is not for.
        """
        if asked is None and actor.bank_names is None:
            return Question(bank_names=None, ignores_rollout=ignores_rollout)
        banks = {bank.name.casefold(): bank.name for bank in self._parts.holdings().banks.values()}
        if asked is None:
            asked = [name for name in banks.values() if may_use_bank(actor, name)]
        names = [banks[name.casefold()] for name in asked if name.casefold() in banks]
        if asked and not names:
            raise Refused(400, "No bank has any of these names. Nothing was looked up.")
        if not all(may_use_bank(actor, name) for name in names):
            raise Refused(403, "A bank is named that this key is not for. Nothing was looked up.")
        return Question(bank_names=frozenset(names), ignores_rollout=ignores_rollout)

    def find(
        self, question: Question, answers: Sequence[Signal | NoSignal], digest: bytes, *, waits: bool = True
    ) -> tuple[Found, list[Hit]]:
        """Return what matches, nearest first: at most 32, or of each bank at most 32 where there are more.

        Raises `EntriesNeeded`, `DatabaseUnusable`.
        """
        snapshot = self._snapshot(question, waits=waits)
        found = match_answers(snapshot, answers, digest)
        matches = list(found.matches)
        if found.omitted:
            ones = (replace(snapshot, asked=frozenset({bank_id})) for bank_id in sorted(snapshot.asked))
            matches = [match for one in ones for match in match_answers(one, answers, digest).matches]
        entries = self._find(waits=waits)([match.entry_id for match in matches]) if matches else {}
        return found, [Hit(match=match, number=self._number(entries[match.entry_id])) for match in matches]

    def _number(self, entry: Entry) -> int:
        return number_of(entry, self._installation)

    def _snapshot(self, question: Question, *, waits: bool) -> Snapshot:
        holdings = self._parts.holdings()
        place = (question, waits)
        with self._lock:
            taken = self._taken.get(place)
        if taken is None or taken[0] is not holdings:
            taken = (holdings, self._take(holdings, question, waits=waits))
            with self._lock:
                self._taken[place] = taken
                self._taken.move_to_end(place)
                while len(self._taken) > MOST_QUESTIONS:
                    self._taken.popitem(last=False)
        return taken[1]

    def _take(self, holdings: Holdings, question: Question, *, waits: bool) -> Snapshot:
        names = question.bank_names
        asked = [
            bank.id for bank in holdings.banks.values() if is_asked(bank) and (names is None or bank.name in names)
        ]
        snapshot = take_snapshot(holdings, asked, self._find(waits=waits))
        if question.ignores_rollout:
            whole = {bank_id: replace(bank, rollout=WHOLE_ROLLOUT) for bank_id, bank in snapshot.banks.items()}
            # An allow-list keeps its own: who looks behind a roll-out is not to have more hidden by it.
            allowing = {bank_id: bank for bank_id, bank in snapshot.banks.items() if bank.is_allow_list}
            snapshot = replace(snapshot, banks={**whole, **allowing})
        return snapshot

    def _find(self, *, waits: bool) -> EntryLookup:
        return self._find_waiting if waits else self._find_remembered

    def _find_remembered(self, entry_ids: Sequence[int]) -> Mapping[int, Entry]:
        with self._lock:
            found = {entry_id: self._entries[entry_id] for entry_id in entry_ids if entry_id in self._entries}
        if len(found) < len(set(entry_ids)):
            raise EntriesNeeded
        return found

    def _find_waiting(self, entry_ids: Sequence[int]) -> Mapping[int, Entry]:
        with self._lock:
            known = {entry_id: self._entries[entry_id] for entry_id in entry_ids if entry_id in self._entries}
        missing = [entry_id for entry_id in dict.fromkeys(entry_ids) if entry_id not in known]
        if not missing:
            return known
        found = self._parts.find_entries(missing)
        self._know_installation()
        with self._lock:
            self._entries.update(found)
            while len(self._entries) > MOST_ENTRIES:
                self._entries.popitem(last=False)
        return {**known, **found}

    def _know_installation(self) -> None:
        """Learn the database's name before any entry is remembered: what is remembered is told without asking."""
        if not self._installation:
            with read(self._parts.engine) as tx:
                self._installation = queries.installation_id(tx)
