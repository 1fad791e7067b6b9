"""Was it viewed by the provider? Yes, no or unknown, from what was delivered: never from what somebody ticked.

The answer goes into a report to an authority, and a court may rest on it: what nobody at the provider looked at
may not be opened without a warrant (United States v. Wilson, 13 F.4th 961, 9th Cir. 2021). So it is never defaulted.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from safelight.intake.media import Answer
from safelight.review.exposure.exposure import Delivery, Exposure
from safelight.review.exposure.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewed:
    """The answer, and a sentence on what was seen. A report leaves UNKNOWN out and holds the sentence."""

    answer: Answer
    sentence: str


def viewed_by_provider(exposures: Sequence[Exposure], before_intake: Answer) -> Viewed:
    """Say whether the provider viewed the media, of all exposures of which these are.

    - yes: the whole original was delivered at the original step and confirmed as shown, to one person; of several
      frames or pages each of them, and none of them damaged
    - no: nothing beyond the facts card was delivered, and intake says that nobody saw it before
    - unknown: everything else, also where a delivery was begun and nobody knows how it ended
    """
    if _was_seen_whole(exposures):
        return Viewed(answer=Answer.YES, sentence="The whole original was delivered and confirmed as shown.")
    shown = [each for each in exposures if each.may_have_shown]
    if not shown:
        return _unseen(before_intake)
    return Viewed(answer=Answer.UNKNOWN, sentence=_tell_parts(shown))


def _unseen(before_intake: Answer) -> Viewed:
    nothing = "Nothing beyond the card of facts was delivered here"
    match before_intake:
        case Answer.NO:
            return Viewed(answer=Answer.NO, sentence=f"{nothing}, and the platform said that nobody saw it before.")
        case Answer.YES:
            told = f"{nothing}; the platform said that somebody saw it before, and how much of it is not known."
        case _:
            told = f"{nothing}; the platform did not say whether somebody saw it before."
    return Viewed(answer=Answer.UNKNOWN, sentence=told)


def _tell_parts(shown: Sequence[Exposure]) -> str:
    highest = max(each.level for each in shown)
    if highest < Level.ORIGINAL:
        reduced = f"Reduced pictures up to the level {highest.name.lower()} may have been seen"
        return f"{reduced}; the original was not delivered."
    originals = [each for each in shown if each.level is Level.ORIGINAL]
    delivered = [each for each in originals if each.delivery is Delivery.DELIVERED]
    if not delivered:
        return "A delivery of the original was begun, and it is not known whether it was completed."
    if not any(each.confirmed_at for each in delivered):
        return "The original was delivered, and it was not confirmed that it stood on a screen."
    if not all(each.is_sound for each in delivered):
        return "What could be decoded of a damaged original was delivered and confirmed as shown."
    return _tell_frames(delivered)


def _tell_frames(delivered: Sequence[Exposure]) -> str:
    seen = len({each.frame for each in delivered if each.confirmed_at})
    count = next((each.frame_count for each in delivered if each.frame_count is not None), None)
    of_them = "an unknown number of" if count is None else str(count)
    return f"Of {of_them} frames or pages {seen} were delivered as originals and confirmed as shown."


def _was_seen_whole(exposures: Iterable[Exposure]) -> bool:
    seen: dict[int | str, set[int]] = defaultdict(set)
    counts: set[int] = set()
    for each in exposures:
        is_original = each.level is Level.ORIGINAL and each.delivery is Delivery.DELIVERED
        if is_original and each.confirmed_at is not None and each.is_sound and each.frame_count is not None:
            # Whose it was may be erased; then what each exposure showed stands for itself.
            seen[each.person_id if each.person_id is not None else f"exposure {each.id}"].add(each.frame)
            counts.add(each.frame_count)
    return len(counts) == 1 and min(counts) > 0 and any(frames >= set(range(*counts)) for frames in seen.values())
