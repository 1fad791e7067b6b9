"""Whether a key that something was wrapped with a moment ago is still kept."""

from safelight.errors import KeysUnusable
from safelight.keys.interface import KeyService, Wrapped


def require_kept(keys: KeyService, *wraps: Wrapped) -> None:
    """Raise `KeysUnusable` when a key was retired since these were wrapped. Call it after their rows are added."""
    if not {each.key_id for each in wraps} <= set(keys.describe().key_ids):
        raise KeysUnusable("A key was retired at this very moment. Nothing was stored. Do it again.")
