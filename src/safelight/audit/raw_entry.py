"""An entry as it lies in the database, before anybody trusts it."""

from typing import Any, NamedTuple

from safelight.audit.leaf import leaf_data, salted_digest
from safelight.audit.tree import leaf_hash
from safelight.database.raw_rows import microseconds


class RawEntry(NamedTuple):
    """The columns of an entry in the order in which they are asked for; each may be anything at all.

    A tuple rather than a record: checking a log makes one for each of its millions of lines.
    """

    id: Any
    at: Any
    actor_kind: Any
    actor_name: Any
    verb: Any
    target: Any
    digest: Any
    salt: Any
    reason: Any
    details: Any

    @property
    def is_erased(self) -> bool:
        """Whether nothing is left of the reason, the details and the salt."""
        return self.salt is None and self.reason is None and self.details is None

    def leaf(self) -> bytes:
        """Return the hash of the entry's leaf. Raises ValueError, TypeError or AttributeError for what is no entry."""
        data = leaf_data(
            number=self.id,
            microseconds=microseconds(self.at),
            actor_kind=self.actor_kind,
            actor_name=self.actor_name,
            verb=self.verb,
            target=self.target,
            digest=self.digest,
        )
        return leaf_hash(data)

    def is_record_sound(self) -> bool:
        """Whether the digest is of this salt, reason and details, or all three are erased."""
        if self.is_erased:
            return True
        try:
            return bool(self.digest == salted_digest(self.salt, self.reason, self.details))
        except (ValueError, TypeError):
            return False

    def record(self) -> dict[str, Any]:
        """Return the entry as it is told outside: what the leaf is made of, and what was not erased.

        Raises ValueError, TypeError or AttributeError for what is no entry.
        """
        return {
            "entry": self.id,
            "time": microseconds(self.at),
            "actor_kind": self.actor_kind,
            "actor": self.actor_name,
            "verb": self.verb,
            "target": self.target,
            "digest": self.digest.hex(),
            "salt": None if self.salt is None else self.salt.hex(),
            "reason": self.reason,
            "details": self.details,
        }
