"""What the page of an item is made of beside its case: which steps of showing may be asked for, and of what of it."""

from dataclasses import dataclass

from safelight.database.transaction import Tx
from safelight.errors import NotFound
from safelight.flow.review.showing import Revealed
from safelight.flow.review.viewing import level_shown
from safelight.review.case import Item
from safelight.review.decision_queries import find_items
from safelight.review.derivatives.derivative import FIRST
from safelight.review.exposure.exposure import STRIP
from safelight.review.exposure.level import Level
from safelight.review.queries import find_case
from safelight.web.console.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Something else of the same file that can be seen from here. Its name is a text `items.other`."""

    name: str
    frame: int
    level: Level


def find_named_item(tx: Tx, visit: Visit) -> Item:
    """Return the item of a case that the address names. Raises `NotFound`, also for one of another case."""
    case_id, number = visit.request.path_params["case"], visit.request.path_params["item"]
    find_case(tx, case_id)
    for item in find_items(tx, [number]):
        if item.case_id == case_id:
            return item
    raise NotFound(f"Case {case_id} has no item {number}. Its page lists what belongs to it.")


def steps_from(level: Level | None) -> list[Level]:
    """Return the levels that may be asked for next, the next one up first, then those seen before."""
    if level is None:
        return [Level.CARD]
    above = [Level(level + 1)] if level < Level.ORIGINAL else []
    return above + [each for each in reversed(Level) if each.has_pixels and each <= level]


def others_from(visit: Visit, item: Item, shown: Revealed | None) -> list[Other]:
    """Return what else of a file with several frames can be seen from here, each at most at the level that is shown."""
    if shown is None or not shown.level.has_pixels or (shown.frame_count or 1) < 2:
        return []
    count, here = shown.frame_count or 1, shown.frame
    beside = {"first": FIRST} if here == STRIP else {"before": here - 1, "after": here + 1}
    named = {name: frame for name, frame in beside.items() if FIRST <= frame < count}
    if here != STRIP and shown.level is not Level.ORIGINAL:
        named["strip"] = STRIP
    return [
        Other(name=name, frame=frame, level=_reachable(visit, item, frame, shown.level))
        for name, frame in named.items()
    ]


def _reachable(visit: Visit, item: Item, frame: int, most: Level) -> Level:
    level = level_of(visit, item, frame)
    return min(most, Level.THUMBNAIL if level is None else Level(min(level + 1, Level.ORIGINAL)))


def level_of(visit: Visit, item: Item, frame: int) -> Level | None:
    """Return the highest level of a frame that whoever is here was shown; None, nothing."""
    if item.evidence_id is None:
        return None
    return level_shown(visit.review, item.evidence_id, frame)
