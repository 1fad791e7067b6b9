"""Choosing the parts that recently seen media takes, where it is switched on: what keeps it, and what matches it."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta

from safelight.banks.flood import FloodRule
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.flow.banks.following import following
from safelight.flow.recent.forgetting import forgetting
from safelight.flow.recent.judging import Judging
from safelight.flow.recent.keeping import RecentKeeper
from safelight.flow.recent.rounds import MATCH_RECENT, PERIOD, Rounds
from safelight.flow.recent.sealing import RecentSecrets
from safelight.flow.retention import KEEPER
from safelight.flow.scans.settling import Keep, keep_nothing
from safelight.hashing.pdq import Flavour
from safelight.jobs.run import Handler, Run
from safelight.keys.interface import KeyService
from safelight.matching.follower import Follower, Holdings, Tell
from safelight.settings import Settings

_OFF_PERIOD = timedelta(days=1)
_LEAST_LAG = timedelta(seconds=5)
_LAG_TURNS = 3


def flood_rule(settings: Settings) -> FloodRule:
    """Return when an entry floods, by the settings."""
    return FloodRule(
        minimum=settings.flood_guard_minimum,
        factor=settings.flood_guard_factor,
        days=settings.flood_guard_days,
        first_day_minimum=settings.flood_guard_first_day_minimum,
    )


@contextmanager
def keeping_recent(
    settings: Settings, engine: Engine, keys: KeyService, clock: Clock, tell: Tell
) -> Iterator[RecentKeeper | None]:
    """Give what keeps media that matched nothing; None where that is switched off. At the end all of it is kept."""
    if not settings.recently_seen_days:
        yield None
        return
    secrets = RecentSecrets(engine, keys, clock)
    with closing(RecentKeeper(engine, secrets.cipher, tell=tell)) as keeper:
        yield keeper


def keep_for(keeper: RecentKeeper | None) -> Keep:
    """Return what takes note of media that matched nothing."""
    return keep_nothing if keeper is None else keeper.keep


def recent_handlers(
    settings: Settings, keys: KeyService, engine: Engine, clock: Clock, *, judging: Judging, tell: Tell
) -> Mapping[str, Handler]:
    """Return what carries out the job that matches what is kept; where that is switched off it does nothing."""
    if not settings.recently_seen_days:
        return {MATCH_RECENT: _do_nothing}
    return Rounds(
        judging=judging,
        secrets=RecentSecrets(engine, keys, clock),
        rule=flood_rule(settings),
        flavour=Flavour(settings.kernel),
        forget=forgetting(KEEPER, settings.recently_seen_days, most_jump=timedelta(days=settings.clock_jump_days)),
        lag=max(_LEAST_LAG, _LAG_TURNS * timedelta(seconds=settings.follow_seconds)),
        tell=tell,
    ).handlers()


def recent_periods(settings: Settings) -> Mapping[str, timedelta]:
    """Return how often that job is due."""
    return {MATCH_RECENT: PERIOD if settings.recently_seen_days else _OFF_PERIOD}


class LazyHoldings:
    """What is searched, followed from when it is first asked for: a worker that matches nothing opens no index."""

    def __init__(self, open_follower: Callable[[], Follower], *, every_s: float) -> None:
        self._open_follower, self._every_s = open_follower, every_s
        self._stack = ExitStack()
        self._follower: Follower | None = None
        self._lock = threading.Lock()

    def holdings(self) -> Holdings:
        """Return what is searched now. Raises `DatabaseUnusable`."""
        with self._lock:
            if self._follower is None:
                follower = self._open_follower()
                self._stack.enter_context(following(follower, every_s=self._every_s))
                self._follower = follower
        return self._follower.holdings

    def close(self) -> None:
        """Stop following, if that was begun."""
        self._stack.close()


def _do_nothing(_run: Run) -> None:
    """Do nothing: nothing is kept, and `forget_recent` erases what was."""
