"""Showing evidence: step by step, each recorded before a pixel leaves, and no more than the person may be shown."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from safelight.access.person import Person
from safelight.access.queries import permissions_of
from safelight.access.signing_in.session import Session, require_fresh_for
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.errors import ClaimLost, ExposureRefused, NotAllowed, NotFound
from safelight.flow.review.acting import require_acting_person
from safelight.flow.review.categories import categories_of
from safelight.flow.review.viewing import require_turn_to_see
from safelight.hashing.request import TaskRunner
from safelight.review.derivatives.derivative import FIRST, Derivative, NoDerivative, NoPicture
from safelight.review.derivatives.request import DecodeLimits, Wanted, ask_for_derivative
from safelight.review.exposure import steps
from safelight.review.exposure.exposure import Exposure
from safelight.review.exposure.guard import Allowed, Refused
from safelight.review.exposure.level import Level
from safelight.review.exposure.limits import Limits
from safelight.review.exposure.queries import standing_of
from safelight.review.exposure.staff_code import staff_code
from safelight.review.rules import ReviewRules
from safelight.roles import Actor, Permission
from safelight.vault.content_digest import digest_secret
from safelight.vault.grant import Grant
from safelight.vault.purpose import Purpose
from safelight.vault.queries import find_evidence
from safelight.vault.vault import Vault

_USUAL = DecodeLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What showing takes. `runner` is a pool with `DERIVATIVE_TASKS`; `house` are the house's limits on the dose.

    `rules` say how long a claim lasts: looking at what belongs to its case renews it. `has_colour`: whether a large
    picture is in colour. `decoding` limits what is decoded at all.
    """

    engine: Engine
    clock: Clock
    vault: Vault
    runner: TaskRunner
    house: Limits
    rules: ReviewRules = field(default_factory=ReviewRules)
    has_colour: bool = False
    decoding: DecodeLimits = _USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """What may go to the person's screen, until `must_hide_at`: a JPEG; or nothing, and then `no_picture` says why.

    A card has neither. `frame_count` is how many frames or pages there are, None where that is not known.
    """

    exposure_id: int
    level: Level
    frame: int
    must_hide_at: datetime
    picture: bytes | None = None
    no_picture: NoPicture | None = None
    frame_count: int | None = None


def reveal(
    showing: Showing,
    actor: Actor,
    evidence_id: str,
    level: Level,
    *,
    reason: str,
    frame: int = FIRST,
    session: Session | None = None,
) -> Revealed:
    """Show a person evidence at a level, which is at most the next one up from what they were shown of this frame.

    The first is the card. `frame` is a frame's or page's number, or `exposure.exposure.STRIP`. A picture is for
    who has its case (`viewing.require_turn_to_see`), and the original for who has just shown who they are: `session` is
    the one that they signed in to. What the person was shown until now ends with this. Exposure, leave to read and
    audit entries are committed before anything is read; what is delivered is recorded before it is returned.

    Raises `ExposureRefused` with why and until when, `ReauthenticationNeeded`, `ClaimLost`, `NotAllowed`,
    `InvalidValue` without a reason or for a level that has no such frame, `NotFound`, and those of vault, keys, clock,
    sandbox and database: then nothing was shown.
    """
    if level.has_pixels:
        Wanted(level=level, frame=frame, staff_code="0" * 8)  # what cannot be wanted is refused before it is recorded
    with write(showing.engine) as tx:
        person_id = _require_viewer(tx, showing, actor, evidence_id, level=level, session=session)
        exposure, grant = _open(tx, showing, actor, person_id, _asked(tx, evidence_id, level, frame, reason))
    if grant is None:
        return _revealed(exposure)
    try:
        made = _derive(showing, grant, exposure, person_id)
    except BaseException as error:
        _fail(showing, actor, exposure, person_id, type(error).__name__)
        raise
    if isinstance(made, NoDerivative):
        _fail(showing, actor, exposure, person_id, made.reason.value)
        return _revealed(exposure, no_picture=made.reason)
    _deliver(showing, actor, exposure, person_id, made)
    return _revealed(exposure, picture=made.picture, frame_count=made.frame_count)


def hide(engine: Engine, clock: Clock, actor: Actor, exposure_id: int, *, was_shown: bool = False) -> None:
    """Record that a picture was hidden, and with `was_shown` that it stood on the screen. Safe to do twice.

    Raises `NotAllowed`, `NotFound` for an exposure that is none of theirs, `UsageError` where it can no longer be
    confirmed, `ClockWrong`.
    """
    with write(engine) as tx:
        person_id = require_acting_person(tx, actor, Permission.EVIDENCE_REVIEW).id
        if was_shown:
            steps.confirm_shown(tx, clock, actor, exposure_id, person_id)
        steps.hide(tx, clock, actor, exposure_id, person_id)


def confirm_shown(engine: Engine, clock: Clock, actor: Actor, exposure_id: int) -> None:
    """Record that a picture stands on the person's screen; only then can the provider say it was viewed.

    Raises as `hide`.
    """
    with write(engine) as tx:
        person_id = require_acting_person(tx, actor, Permission.EVIDENCE_REVIEW).id
        steps.confirm_shown(tx, clock, actor, exposure_id, person_id)


def may_work(engine: Engine, clock: Clock, actor: Actor, house: Limits) -> Allowed | Refused:
    """Say whether this person's queue goes on now, or pauses: why, and until when. Raises `NotAllowed`."""
    with read(engine) as tx:
        person = require_acting_person(tx, actor, Permission.EVIDENCE_REVIEW)
        return standing_of(tx, clock, house, person.id)


def _require_viewer(
    tx: Tx, showing: Showing, actor: Actor, evidence_id: str, *, level: Level, session: Session | None
) -> int:
    """Return the number of the person who asks, if a picture of this level is theirs to see."""
    person = require_acting_person(tx, actor, Permission.EVIDENCE_REVIEW)
    if level.has_pixels:
        _require_turn(tx, showing, actor, person, evidence_id)
    if level is Level.ORIGINAL:
        require_fresh_for(session, person.id, showing.clock.now())
    return person.id


def _require_turn(tx: Tx, showing: Showing, actor: Actor, person: Person, evidence_id: str) -> None:
    now_may = replace(actor, permissions=permissions_of(tx, person))
    require_turn_to_see(tx, showing.clock, showing.rules, now_may, evidence_id)


def _asked(tx: Tx, evidence_id: str, level: Level, frame: int, reason: str) -> steps.Reveal:
    if find_evidence(tx, evidence_id).destroyed_at is not None:
        raise NotFound(f"Evidence {evidence_id} was destroyed: nobody can read it. Nothing was shown.")
    categories = categories_of(tx, evidence_id)
    return steps.Reveal(evidence_id=evidence_id, level=level, frame=frame, categories=categories, reason=reason)


def _open(
    tx: Tx, showing: Showing, actor: Actor, person_id: int, wanted: steps.Reveal
) -> tuple[Exposure, Grant | None]:
    """Record the exposure, and open the evidence unless only its card is shown: that holds nothing that is sealed."""
    exposure = steps.open_exposure(tx, showing.clock, actor, person_id, house=showing.house, wanted=wanted)
    if wanted.level.has_pixels:
        return exposure, showing.vault.open(tx, actor, wanted.evidence_id, Purpose.REVIEW, wanted.reason)
    steps.deliver(tx, showing.clock, actor, exposure.id, person_id, frame_count=None, is_sound=True)
    return exposure, None


def _derive(showing: Showing, grant: Grant, exposure: Exposure, person_id: int) -> Derivative | NoDerivative:
    secret = digest_secret(showing.engine, showing.vault.keys, showing.clock)
    wanted = Wanted(
        level=exposure.level,
        staff_code=staff_code(secret, person_id),
        frame=exposure.frame,
        has_colour=showing.has_colour,
        limits=showing.decoding,
    )
    with showing.vault.read(showing.engine, grant) as content:
        return ask_for_derivative(showing.runner, content, wanted)


def _deliver(showing: Showing, actor: Actor, exposure: Exposure, person_id: int, made: Derivative) -> None:
    """Record that the picture leaves now, unless it may no longer: what was ended or forbidden meanwhile does not."""
    count, is_sound = made.frame_count, made.is_sound
    try:
        with write(showing.engine) as tx:
            person = require_acting_person(tx, actor, Permission.EVIDENCE_REVIEW)
            _require_turn(tx, showing, actor, person, exposure.evidence_id)
            steps.deliver(tx, showing.clock, actor, exposure.id, person_id, frame_count=count, is_sound=is_sound)
    except (ClaimLost, ExposureRefused, NotAllowed) as error:
        _fail(showing, actor, exposure, person_id, error.code)
        raise


def _fail(showing: Showing, actor: Actor, exposure: Exposure, person_id: int, why: str) -> None:
    with write(showing.engine) as tx:
        steps.fail(tx, showing.clock, actor, exposure.id, person_id, why=why)


def _revealed(
    exposure: Exposure,
    *,
    picture: bytes | None = None,
    no_picture: NoPicture | None = None,
    frame_count: int | None = None,
) -> Revealed:
    return Revealed(
        exposure_id=exposure.id,
        level=exposure.level,
        frame=exposure.frame,
        must_hide_at=exposure.must_hide_at,
        picture=picture,
        no_picture=no_picture,
        frame_count=frame_count,
    )
