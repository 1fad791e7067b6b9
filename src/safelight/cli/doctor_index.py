"""What `safelight doctor` says of the indexes: what searches, what is saved, how far that is behind, what floods."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

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
    folder = house.settings.workspace / "index"
    saved = SavedIndexes(folder, Flavour(house.settings.kernel))
    with read(house.engine) as tx:
        held: Counter[str] = Counter()
        for bank in banks.list_banks(tx):
            held.update(banks.count_entries(tx, bank.id))
        for signal_type in SignalType:
            state = _state(tx, saved, folder, signal_type)
            yield "index", f"{signal_type}: {held[signal_type.value]} entries; {state}"
        quarantined = len(banks.quarantined_entries(tx))
    if quarantined:
        yield "notice", f"entries in quarantine: {quarantined} (safelight bank quarantined shows them)"


def _state(tx: Tx, saved: SavedIndexes, folder: Path, signal_type: SignalType) -> str:
    if saved.mark(signal_type) is None:
        return "no saved index, so it is read from the database at every start"
    size = (folder / f"{signal_type}.index").stat().st_size
    try:
        shelf = Shelf.from_index(tx, signal_type, saved.open(signal_type))
    except IndexFileRefused as refusal:
        return f"saved index refused: {refusal}"
    last = banks.last_position(tx).number
    return (
        f"saved index of {size / _MIB:.1f} MiB with {len(shelf.index)} entries, at change {shelf.position.number} of "
        f"{last} ({last - shelf.position.number} behind)"
    )
