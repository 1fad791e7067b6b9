"""What answers tell of what was found, for the OpenAPI document: matches, signals, scans, reasons."""

from datetime import datetime

from pydantic import BaseModel

from safelight.flow.scans.answer import Kept
from safelight.flow.scans.unscanned import Treatment
from safelight.hashing.signal import Reason, SignalType
from safelight.matching.judgement import Control
from safelight.matching.match import MatchKind, Verdict
from safelight.matching.snapshot import ThresholdSource
from safelight.web.api.told_banks import NOTHING_SET, ToldControl, ToldFate
from safelight.web.schemas import Count, told

_MATCH = {
    "kind": "near",
    "signal_type": "pdq",
    "bank": "known",
    "bank_version": 3,
    "entry": 17,
    "label": "A1",
    "label_scheme": "ncmec",
    "source": "ncmec",
    "opinion": None,
    "is_demoted": False,
}


class ToldMatch(BaseModel):
    """A match and its reasons; how near a near match is only to who has `match:distance`."""

    model_config = told(**_MATCH)
    kind: MatchKind
    signal_type: SignalType
    bank: str
    bank_version: int
    entry: int
    label: str
    label_scheme: str
    source: str
    opinion: str | None
    is_demoted: bool
    distance: Count = 0
    threshold: Count = 0
    orientation: str = ""


class ToldNearMiss(ToldMatch):
    """An entry that was near, and the control that kept it from being a match; null: it is one."""

    model_config = told(
        **_MATCH,
        control="threshold",
        suppressed_by=None,
        origin="ncmec.csv",
        line=12,
        added_by="lead",
        disabled_until=None,
        own_threshold=None,
        quarantine_reason=None,
    )
    control: Control | None
    suppressed_by: int | None
    origin: str
    line: int | None
    added_by: str
    disabled_until: datetime | None
    own_threshold: int | None
    quarantine_reason: str | None


class ToldResult(BaseModel):
    """What was found of one signal; near misses only where they were asked for."""

    model_config = told(type="md5", verdict="no_known_match", compared=90_000, matches=[], matches_omitted=0)
    type: SignalType
    verdict: Verdict
    compared: Count
    matches: list[ToldMatch]
    matches_omitted: Count
    near_misses: list[ToldNearMiss] = []
    near_misses_omitted: Count = 0


class ToldLookup(BaseModel):
    """An answer for each signal, in the order asked. `against` names the banks and their versions."""

    model_config = told(
        results=[{"type": "md5", "verdict": "no_known_match", "compared": 90_000, "matches": [], "matches_omitted": 0}],
        against="known@3: 102000 entries",
    )
    results: list[ToldResult]
    against: str


class ToldSignal(BaseModel):
    """A signal, or the reason why there is none."""

    model_config = told(type="pdq", value="f8" * 32, quality=100)
    type: SignalType
    value: str = ""
    reason: Reason = Reason.UNREADABLE
    detail: str = ""
    quality: Count = 0
    frame: Count = 0


class ToldPicture(BaseModel):
    """What was decoded."""

    model_config = told(format="jpeg", width=1600, height=1200, frames_seen=1, frames_hashed=1)
    format: str
    width: Count
    height: Count
    frames_seen: Count
    frames_hashed: Count


class ToldHashes(BaseModel):
    """The signals of media; `picture` is null where none was decoded."""

    model_config = told(
        size_bytes=190_321, signals=[{"type": "md5", "value": "d41d8cd98f00b204e9800998ecf8427e"}], picture=None
    )
    size_bytes: Count | None
    signals: list[ToldSignal]
    picture: ToldPicture | None


class ToldMissing(BaseModel):
    """A signal type that was not compared, and why."""

    model_config = told(type="pdq", reason="unreadable", detail="this is no picture")
    type: SignalType
    reason: Reason
    detail: str


class ToldScan(BaseModel):
    """What became of media. `verdict` is null while it waits; of a repeat only verdict and ids are known."""

    model_config = told(
        scan="24d899afacbf4db4a53435b417de7084",
        verdict="no_known_match",
        kept="nothing",
        case=None,
        evidence=None,
        job=None,
        status=None,
        fault=None,
        treatment=None,
        is_repeat=False,
        compared={"md5": 90_000, "pdq": 12_000},
        not_compared=[],
        against="known@3: 102000 entries",
        matches=[],
        matches_omitted=0,
    )
    scan: str
    verdict: Verdict | None
    kept: Kept
    case: int | None
    evidence: str | None
    job: int | None
    status: str | None
    fault: str | None
    treatment: Treatment | None
    is_repeat: bool
    compared: dict[SignalType, Count] = {}
    not_compared: list[ToldMissing] = []
    against: str = ""
    matches: list[ToldMatch] = []
    matches_omitted: Count = 0


class ToldSearched(BaseModel):
    """A bank that was asked."""

    model_config = told(bank="known", bank_version=3)
    bank: str
    bank_version: int


class ToldLeftOut(BaseModel):
    """A bank that was not asked, and why."""

    model_config = told(bank="trial", control="disabled")
    bank: str
    control: Control


class ToldWhyEntry(ToldFate):
    """One entry held against what was asked; how near it is only to who has `match:distance`."""

    model_config = told(
        entry=4711,
        type="pdq",
        label="A1",
        label_scheme="ncmec",
        is_match=False,
        is_comparable=True,
        control="threshold",
        suppressed_by=None,
        is_switched_off=False,
        disabled_until=None,
        bank="known",
        is_held=True,
        withdrawn_at=None,
        replaced_at=None,
        replaced_by=None,
        bank_deleted_at=None,
        set_here=NOTHING_SET,
    )
    entry: int
    type: str
    label: str | None
    label_scheme: str | None
    is_match: bool
    is_comparable: bool
    control: Control | None
    suppressed_by: int | None
    is_switched_off: bool
    disabled_until: datetime | None
    set_here: ToldControl
    distance: Count | None = None
    threshold: Count | None = None
    threshold_source: ThresholdSource | None = None
    orientation: str | None = None
    frame: Count | None = None


class ToldWhy(BaseModel):
    """Why something matches or does not, with all that was near, the nearest first. No value is in it."""

    model_config = told(
        verdict="no_known_match",
        is_searched=True,
        signals=[{"type": "pdq"}],
        searched=[{"bank": "known", "bank_version": 3}],
        left_out=[{"bank": "trial", "control": "disabled"}],
        compared={"pdq": 12_000},
        considered=[],
        considered_omitted=0,
        matches_omitted=0,
        entry=None,
    )
    verdict: Verdict
    is_searched: bool
    signals: list[ToldSignal]
    searched: list[ToldSearched]
    left_out: list[ToldLeftOut]
    compared: dict[SignalType, Count]
    considered: list[ToldNearMiss]
    considered_omitted: Count
    matches_omitted: Count
    entry: ToldWhyEntry | None
