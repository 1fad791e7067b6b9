"""`safelight recent …`: media that matched nothing and is kept for a stated time. Nothing of it is ever shown."""

from safelight.cli.bank_entry import Reason
from safelight.cli.options import Workspace
from safelight.cli.voice import Voice
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.flow.recent.forgetting import forget_all
from safelight.recent.queries import seen_totals


def show(*, workspace: Workspace = None) -> int:
    """Say whether media that matched nothing is kept, how much is, how old, and how much of it matched later."""
    house = open_named(workspace)
    with read(house.engine) as tx:
        totals = seen_totals(tx)
    days, voice = house.settings.recently_seen_days, Voice()
    voice.say(
        f"Media that matched nothing is {f'kept for {days} days' if days else 'not kept (recently_seen_days is 0)'}."
    )
    since = f", the oldest since {totals.oldest_at:%Y-%m-%d %H:%M} UTC" if totals.oldest_at else ""
    voice.say(f"{totals.media} are kept{since}.")
    if totals.media and not days:
        voice.say("A worker erases them within the hour; `safelight recent forget` does so now.")
    voice.say(f"{totals.exact_matches} matched exactly and {totals.near_matches} nearly, when an entry came later.")
    return 0


def forget(*, reason: Reason = "", workspace: Workspace = None) -> int:
    """Erase all that is kept of media that matched nothing, now and for good. What is in a case stays there."""
    house = open_named(workspace)
    count = forget_all(house.engine, house.clock, house.actor, reason=reason)
    Voice().say(f"{count} were erased.")
    return 0
