"""Groups of likes: what comes joins the group of the same bytes, or of the nearest picture, or begins one."""

from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.review.likeness import Likeness, nearest
from safelight.review.rules import ReviewRules
from safelight.review.store import group_rows


def find_group(tx: Tx, clock: Clock, rules: ReviewRules, *, media_key: bytes, likeness: Likeness | None) -> int:
    """Return the group that something belongs to, made now if there is none.

    Two likes that come at the very same moment may begin two groups: then each is decided for itself.
    """
    same = group_rows.of_media(tx, media_key) if media_key else None
    if same is not None:
        return same
    if likeness is not None:
        near = nearest(likeness, group_rows.candidates(tx, likeness), rules.near_duplicate_distance)
        if near is not None:
            return near
    return group_rows.add(tx, likeness, clock.now())


def forget_likenesses(tx: Tx) -> int:
    """Remove the veiled values that no open case needs any more; return of how many groups, 1000 at most."""
    return group_rows.forget_likenesses(tx)
