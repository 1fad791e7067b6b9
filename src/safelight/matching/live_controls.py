"""The controls of single entries as they are at any moment, like the indexes beside which they are looked up."""

from collections.abc import Iterator, Mapping, ValuesView

from safelight.banks.control import EntryControl


class LiveControls(Mapping[int, EntryControl]):
    """Controls by entry. A question that was begun before a change sees it here as it does in the indexes.

    A list that is imported again replaces an entry by one of the same value, which takes over its controls. Whoever
    finds the new entry must find its controls too: so they come before it, and those of the old one go after it. Who
    found the old one just before it went may ask for its controls only after that: they are still given, but not
    counted or listed any more, until the controls are replaced once again.
    """

    def __init__(self) -> None:
        self._held: Mapping[int, EntryControl] = {}  # replaced, never changed: others are reading it
        self._retired: Mapping[int, EntryControl] = {}

    def widen(self, controls: Mapping[int, EntryControl]) -> None:
        """Take these in, and keep those of entries that are not among them."""
        if controls != self._held:
            self._held = {**self._held, **controls}

    def replace(self, controls: Mapping[int, EntryControl], *, retired: Mapping[int, EntryControl]) -> None:
        """Have these and no others; `retired` are those of entries that went, for who found them before."""
        self._retired = retired  # first, so that a control is in one of the two at any moment
        self._held = controls

    def __getitem__(self, entry_id: int) -> EntryControl:
        held = self._held.get(entry_id)
        return self._retired[entry_id] if held is None else held

    def __iter__(self) -> Iterator[int]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def values(self) -> ValuesView[EntryControl]:
        """Return all controls of one moment."""
        return self._held.values()
