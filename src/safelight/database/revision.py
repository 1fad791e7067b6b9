"""Which version of the tables a database has, and bringing it up to this program's."""

from sqlalchemy import inspect, text

from safelight.database.engine import Engine
from safelight.database.file import keep_private
from safelight.database.stepping import await_other_steps, step_to
from safelight.database.transaction import Tx, read, write
from safelight.errors import DatabaseUnusable, WorkspaceOutdated

_NEW_TABLES = {
    "0001": ("audit_entries", "bank_batches", "bank_entries", "bank_thresholds", "banks"),
    "0002": (
        "bank_changes",
        "bank_policies",
        "bank_suppressions",
        "entry_controls",
        "entry_counts",
        "installation",
    ),
    "0003": ("audit_heads", "audit_leaves", "audit_tree", "audit_waiting"),
    "0004": ("clock_mark", "jobs"),
    "0005": (
        "vault_grants",
        "vault_holds",
        "vault_objects",
        "vault_occurrences",
        "vault_orders",
        "vault_removals",
        "vault_secrets",
        "vault_spools",
    ),
    "0006": ("access_keys", "access_mark", "access_persons", "access_roles", "access_secrets"),
    "0007": ("notice_addresses", "notice_deliveries", "notice_events", "notice_secrets"),
    "0008": ("case_items", "case_matches", "cases"),
    "0009": ("intake_counts", "intake_requests"),
    "0010": ("recent_mark", "recent_media"),
    "0011": (
        "bank_verifications",
        "case_decision_items",
        "case_decisions",
        "case_findings",
        "case_flags",
        "case_group_chunks",
        "case_groups",
        "case_queue",
        "case_texts",
        "hash_path_marks",
        "hash_path_uses",
        "verdict_memory",
    ),
    "0012": ("exposure_lifts", "exposure_opt_outs", "exposure_people", "exposures"),
    "0013": (
        "access_challenges",
        "access_credentials",
        "access_devices",
        "access_invitations",
        "access_passkeys",
        "access_recovery_codes",
        "access_sessions",
        "access_totp",
        "access_tries",
    ),
    "0014": (
        "report_alarms",
        "report_attempts",
        "report_calls",
        "report_destinations",
        "report_files",
        "report_routes",
        "reports",
    ),
    "0015": ("legal_contacts", "outcome_texts", "platform_actions", "report_outcomes"),
}

REVISIONS = tuple(_NEW_TABLES)
"""Every version of the tables, oldest first; the last is the one that this program works with."""

TABLES = tuple(name for names in _NEW_TABLES.values() for name in names)
"""Every table of that version."""

_BOOKMARK = "alembic_version"


def is_current(engine: Engine) -> bool:
    """Whether the tables are exactly those that this program works with."""
    with read(engine) as tx:
        return _revisions(tx) == [REVISIONS[-1]] and len(our_tables(tx)) == len(TABLES)


def require_current(engine: Engine) -> None:
    """Raise unless the tables are exactly those that this program works with.

    `WorkspaceOutdated` when another Safelight wrote them or there are none yet, `DatabaseUnusable` when something else
    did.
    """
    with read(engine) as tx:
        if _known_revision(tx) != REVISIONS[-1]:
            raise WorkspaceOutdated(
                "The database was written by an older Safelight, or is empty. Nothing was changed. "
                "Run `safelight db upgrade` in its workspace to bring it up to date."
            )


def upgrade(engine: Engine) -> None:
    """Bring the tables up to this program's version, all in one transaction. There is no way back.

    The file of a SQLite database is made if there is none, and closed to other users. Raises `WorkspaceOutdated` when a
    newer program wrote the tables, `DatabaseUnusable` when the database belongs to something else.
    """
    keep_private(engine)
    with write(engine) as tx:
        await_other_steps(tx)
        _known_revision(tx)
        step_to(tx)


def _revisions(tx: Tx) -> list[str]:
    if not inspect(tx).has_table(_BOOKMARK):
        return []
    return list(tx.execute(text(f"SELECT version_num FROM {_BOOKMARK}")).scalars())  # noqa: S608 - our own name


def our_tables(tx: Tx) -> list[str]:
    """Return the names of those of Safelight's tables that the database has, of whatever version."""
    names = set(inspect(tx).get_table_names())
    return [name for name in TABLES if name in names]


def _known_revision(tx: Tx) -> str | None:
    """Return the version of the tables, None where there are none yet.

    - A bookmark beside no table of ours, or of two versions at once, is another program's.
    - Tables of our names without a bookmark are another program's.
    - A version that is not listed here is a newer program's.
    - A version without exactly the tables that it should have is a damaged database, or another program's.
    """
    revisions, tables = _revisions(tx), our_tables(tx)
    if len(revisions) > 1 or bool(revisions) != bool(tables):
        _refuse_foreign(tables)
    if not revisions:
        return None
    if revisions[0] not in REVISIONS:
        raise WorkspaceOutdated(
            f"The database was written by a newer Safelight (its tables are version {revisions[0]}, this program knows "
            f"up to {REVISIONS[-1]}). Nothing was changed. Use the newer program."
        )
    if set(tables) != _tables_of(revisions[0]):
        _refuse_foreign(tables)
    return revisions[0]


def _tables_of(revision: str) -> set[str]:
    upto = REVISIONS[: REVISIONS.index(revision) + 1]
    return {name for each in upto for name in _NEW_TABLES[each]}


def _refuse_foreign(tables: list[str]) -> None:
    held = f"of Safelight's tables it has {', '.join(tables)} only" if tables else "it has none of Safelight's tables"
    raise DatabaseUnusable(
        f"This database belongs to something else, or is damaged: {held}, and its version mark does not fit that. "
        "Nothing was changed. Give Safelight a database of its own, or restore this one."
    )
