"""What answers tell of banks and their entries, for the OpenAPI document."""

from datetime import datetime

from pydantic import BaseModel

from safelight.banks.bank import DeconfirmedPolicy
from safelight.banks.control import Opinion
from safelight.banks.exchanges.interface import Unit
from safelight.web.schemas import AT, Count, told

_BANK = {
    "name": "known",
    "is_enabled": True,
    "is_allow_list": False,
    "verified_by": None,
    "version": 3,
    "created_at": AT,
    "rollout": 10_000,
    "deconfirmed": "stop",
    "thresholds": {"pdq": 24},
}
_ENTRY = {
    "entry": 17,
    "type": "pdq",
    "label": "A1",
    "label_scheme": "ncmec",
    "note": None,
    "source": "ncmec",
    "source_entry": "4711",
    "added_at": AT,
    "is_disabled": False,
}
_FATE = {
    "bank": "known",
    "is_held": True,
    "withdrawn_at": None,
    "replaced_at": None,
    "replaced_by": None,
    "bank_deleted_at": None,
}
_CONTROL = {
    "threshold": None,
    "opinion": "deconfirmed",
    "opinion_at": AT,
    "opinion_by": "lead",
    "quarantined_at": None,
    "quarantine_reason": None,
    "released_at": None,
}
NOTHING_SET: dict[str, str | int | None] = dict.fromkeys(_CONTROL)
_ADDED = {"added": 2, "replaced": 0, "already_there": 1, "duplicates": 0, "withdrawn_here": 0}


class ToldBank(BaseModel):
    """A bank. `verified_by` names the authority that verified its entries, null for none.

    `rollout` is in ten-thousandths of the media; `thresholds` has those that are not the usual ones.
    """

    model_config = told(**_BANK)
    name: str
    is_enabled: bool
    is_allow_list: bool
    verified_by: str | None
    version: int
    created_at: datetime
    rollout: Count
    deconfirmed: DeconfirmedPolicy
    thresholds: dict[str, Count]


class ToldBankWhole(ToldBank):
    """A bank, how many entries it has of each signal type, and which banks it suppresses as an allow-list."""

    model_config = told(**_BANK, entries={"pdq": 12_000, "md5": 90_000}, suppresses=[])
    entries: dict[str, Count]
    suppresses: list[str]


class ToldDeletedBank(BaseModel):
    """The name of a bank that is no more."""

    model_config = told(deleted="known")
    deleted: str


class ToldSuppression(BaseModel):
    """Whether an allow-list suppresses the matches of a bank."""

    model_config = told(allow_list="harmless", bank="known", is_suppressed=True)
    allow_list: str
    bank: str
    is_suppressed: bool


class ToldEntry(BaseModel):
    """An entry of a bank; `value` only to who has `entry:value`."""

    model_config = told(**_ENTRY)
    entry: int
    type: str
    label: str | None
    label_scheme: str | None
    note: str | None
    source: str | None
    source_entry: str | None
    added_at: datetime
    is_disabled: bool
    value: str = ""


class ToldFate(BaseModel):
    """What became of an entry: `is_held` is whether its bank has it still."""

    model_config = told(**_FATE)
    bank: str
    is_held: bool
    withdrawn_at: datetime | None
    replaced_at: datetime | None
    replaced_by: int | None
    bank_deleted_at: datetime | None


class ToldControl(BaseModel):
    """What was set for an entry here, beyond what its list says."""

    model_config = told(**_CONTROL)
    threshold: int | None
    opinion: Opinion | None
    opinion_at: datetime | None
    opinion_by: str | None
    quarantined_at: datetime | None
    quarantine_reason: str | None
    released_at: datetime | None


class ToldStanding(ToldEntry, ToldFate, ToldControl):
    """How an entry stands: what its list says, what became of it, what was set for it here."""

    model_config = told(**_ENTRY, disabled_until=None, **_FATE, **_CONTROL)
    disabled_until: datetime | None


class ToldQuarantined(ToldControl):
    """An entry in quarantine."""

    model_config = told(entry=17, bank="known", **_CONTROL)
    entry: int
    bank: str


class ToldAdded(BaseModel):
    """What became of entries that came: `withdrawn_here` were taken out by hand once, and stay out."""

    model_config = told(**_ADDED)
    added: Count
    replaced: Count
    already_there: Count
    duplicates: Count
    withdrawn_here: Count


class ToldAddedMedia(ToldAdded):
    """What became of the signals of media, and their types."""

    model_config = told(**_ADDED, types=["md5", "pdq"])
    types: list[str]


class ToldListHead(BaseModel):
    """What a dump says of the bank that it was written from; none of it is applied."""

    model_config = told(bank="known", is_allow_list=False, written_at=AT, thresholds={})
    bank: str
    is_allow_list: bool
    written_at: datetime
    thresholds: dict[str, Count]


class ToldImport(ToldAdded):
    """What became of a list; `read` counts in `unit`. `written_from` is of a dump alone."""

    model_config = told(read=3, unit="line", **_ADDED, written_from=None)
    read: Count
    unit: Unit
    written_from: ToldListHead | None
