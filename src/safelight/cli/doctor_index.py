"""What `safelight doctor` says of the indexes: what searches, what is saved, how far that is behind, what floods."""

from collections import Counter
from collections.abc import Iterator

from safelight.app import Workspace
from safelight.banks import queries as banks
from safelight.database.transaction import Tx, read
from safelight.errors import IndexFileRefused
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SignalType
from safelight.matching.hamming import HammingIndex
from safelight.matching.saved import SavedIndexes
from safelight.matching.shelf import Shelf

_MIB = 1 << 20
_TWIN_LEVEL = "none"


def search_words(flavour: str) -> str:
    """Say which code searches PDQ. Raises InvalidValue for a kernel that is asked for and missing."""
    level = HammingIndex(flavour=Flavour(flavour)).describe()["level"]
    return "twin, slower" if level == _TWIN_LEVEL else f"kernel (processor level: {level})"


def index_lines(house: Workspace) -> Iterator[tuple[str, str]]:
    """Give a name and a text for each line. Nothing is built, saved or changed. Raises DatabaseUnusable."""
    saved = SavedIndexes(house.settings.workspace / "index", Flavour(house.settings.kernel))
    with read(house.engine) as tx:
        held: Counter[str] = Counter()
        for bank in banks.list_banks(tx):
            held.update(banks.count_entries(tx, bank.id))
        for signal_type in SignalType:
            state = _state(tx, saved, signal_type)
            yield "index", f"{signal_type}: {held[signal_type.value]} entries; {state}"
        quarantined = len(banks.quarantined_entries(tx))
    if quarantined:
        yield "notice", f"entries in quarantine: {quarantined} (safelight bank quarantined shows them)"


def _state(tx: Tx, saved: SavedIndexes, signal_type: SignalType) -> str:
    size_bytes = saved.size_bytes(signal_type)
    if size_bytes is None:
        return "no saved index, so it is read from the database at every start"
    try:
        shelf = Shelf.from_index(tx, signal_type, saved.open(signal_type))
    except IndexFileRefused as refusal:
        return f"saved index refused: {refusal}"
    last = banks.last_position(tx).number
    return (
        f"saved index of {size_bytes / _MIB:.1f} MiB with {len(shelf.index)} entries, at change "
        f"{shelf.position.number} of {last} ({last - shelf.position.number} behind)"
    )
