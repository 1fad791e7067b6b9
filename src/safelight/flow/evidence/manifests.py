"""Reading the manifest of evidence: for a purpose and a reason, recorded before anything of it is given."""

from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.roles import Actor
from safelight.vault.hand_over import manifest_text
from safelight.vault.purpose import Purpose
from safelight.vault.vault import Vault


def read_manifest(
    engine: Engine, vault: Vault, actor: Actor, evidence_id: str, *, purpose: Purpose, reason: str
) -> str:
    """Open evidence and return its manifest as JSON for people.

    Raises `NotAllowed`, `InvalidValue` without a reason, `NotFound`, `EvidenceDamaged`, and those of keys and clock.
    """
    with write(engine) as tx:
        grant = vault.open(tx, actor, evidence_id, purpose, reason)
    return manifest_text(vault.manifest(engine, grant)).decode()
