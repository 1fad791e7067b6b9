"""The wrapped keys in the vault's tables."""

from safelight.database.wrap_columns import WrapColumns
from safelight.vault.store.tables import occurrences, secrets, spools

OCCURRENCES = WrapColumns(occurrences, occurrences.c.id)
SPOOLS = WrapColumns(spools, spools.c.id)
SECRETS = WrapColumns(secrets, secrets.c.name)
