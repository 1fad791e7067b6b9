"""Whether a file of a report was viewed: from what was shown of it, and of every other copy of the very same bytes.

The log of one piece of evidence says what was shown of one upload (`review.exposure.viewing`). A court asks whether
anybody at the provider had opened the file. So "no" is said only if, besides,

1. nothing beyond the facts card was delivered of any other evidence of the same bytes that this house has, or that ever
   belonged to a case of which it is still known what it was about;
2. of no living copy the platform said that somebody saw it before, as far as these can be asked;
3. none of them was handed to anybody in a file.

"Yes" stays a matter of one piece of evidence and one person.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read
from safelight.errors import EvidenceDamaged, NotFound
from safelight.intake.media import Answer
from safelight.review.exposure.queries import seen_among, viewed
from safelight.review.exposure.viewing import Viewed
from safelight.review.queries import same_bytes
from safelight.roles import Actor
from safelight.vault.manifest import Manifest
from safelight.vault.purpose import Purpose
from safelight.vault.queries import copies_of, were_handed_over
from safelight.vault.vault import Vault

MOST_COPIES = 50
"""Of more copies nobody asks what the platform said of each, and the answer is unknown."""

SHOWN_MEANWHILE = (
    "is filed, and while it was being finished somebody was shown one of its files: what it says of whether that was "
    "viewed was true until then. Look at both, and draft a report that follows if that matters."
)
"""What is told of a report that was filed while somebody looked: nothing of it can be taken back."""

Step = Callable[[], AbstractContextManager[Tx]]
"""Gives a write transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What the platform said of a file and its copies when they came: `copies` were asked, `doubt` is of one of them.

    `answer` is of the file itself.
    """

    answer: Answer
    copies: frozenset[str] = frozenset()
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Asks what the platform said. Manifests are opened on record: `reason` says for what."""

    vault: Vault
    engine: Engine
    actor: Actor
    step: Step
    reason: str

    def before_intake(self, evidence_id: str, manifest: Manifest, told: Answer | None = None) -> Before:
        """Return what the platform said of a file before it came, and of its copies where that could matter.

        `told` is what a paper says: a person may know that somebody saw it, and can never make a "no" of anything else.
        Raises those of opening evidence. Call it outside of any transaction.
        """
        said = Answer(manifest.origin.viewed_before_intake.value)
        answer = said if told in {None, said} else _weaker(said, told)
        if answer is not Answer.NO:
            return Before(answer=answer)
        with read(self.engine) as tx:
            copies = copies_of(tx, evidence_id)
        if len(copies) > MOST_COPIES:
            return Before(answer=answer, copies=frozenset(copies), doubt=_TOO_MANY)
        doubts = (self._doubt_of(each) for each in copies)
        return Before(answer=answer, copies=frozenset(copies), doubt=next(filter(None, doubts), ""))

    def _doubt_of(self, evidence_id: str) -> str:
        """Say why a copy lets no "no" be said; "" if it does not. One that is gone or damaged is no fault of the file.

        What is raised for the key service and the store is passed on: they may tell at another time.
        """
        try:
            with self.step() as tx:
                grant = self.vault.open(tx, self.actor, evidence_id, Purpose.REPORT, self.reason)
            manifest = self.vault.manifest(self.engine, grant)
        except (NotFound, EvidenceDamaged):
            return _NOT_KNOWN
        return _SEEN_BEFORE if manifest.origin.viewed_before_intake.value == Answer.YES.value else ""


def viewed_of(tx: Tx, evidence_id: str, before: Before) -> Viewed:
    """Say whether a file was viewed, as everything stands in this transaction."""
    own = viewed(tx, evidence_id, before.answer)
    if own.answer is not Answer.NO:
        return own
    living = copies_of(tx, evidence_id)
    others = sorted({*living, *same_bytes(tx, evidence_id)})
    if seen_among(tx, others):
        return _unknown(_SEEN_HERE)
    if were_handed_over(tx, [evidence_id, *others]):
        return _unknown(_HANDED_OVER)
    if before.doubt or not set(living) <= before.copies:
        return _unknown(before.doubt or _NOT_ASKED)
    return own


def viewed_so_far(tx: Tx, evidence_id: str, told: Answer) -> Viewed:
    """Say whether a file was viewed, as far as that is known without opening a manifest.

    `told` is what a paper says of before it came: a draft has it from the manifest. A "no" that a person wrote and the
    manifest does not say is taken back when it is sent. The platform is believed to have said nothing of copies.
    """
    copies = frozenset(copies_of(tx, evidence_id))
    return viewed_of(tx, evidence_id, Before(answer=told, copies=copies, doubt=_ASKED_LATER if copies else ""))


def _weaker(said: Answer, told: Answer | None) -> Answer:
    return Answer.YES if Answer.YES in {said, told} else Answer.UNKNOWN


def _unknown(sentence: str) -> Viewed:
    return Viewed(answer=Answer.UNKNOWN, sentence=f"{_NOTHING}; {sentence}")


_NOTHING = "Nothing beyond the card of facts was delivered here of this upload"
_SEEN_HERE = "pictures of another upload of the very same bytes may have been seen here."
_HANDED_OVER = "the same bytes were handed to somebody in a file, and it is not known who looked at them."
_SEEN_BEFORE = "of another upload of the very same bytes the platform said that somebody saw it."
_NOT_KNOWN = "another upload of the very same bytes cannot be read any more, and nobody can tell who saw it before."
_TOO_MANY = "the very same bytes came so often that it is not known of each upload whether somebody saw it."
_ASKED_LATER = "what the platform said of other uploads of the very same bytes is asked when the report is sent."
_NOT_ASKED = "the very same bytes came once more at this moment, and it is not known whether somebody saw those."
