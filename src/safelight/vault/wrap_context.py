"""Contexts of key wraps: each says what the wrapped key belongs to, so that a wrap moved elsewhere opens nothing."""


def evidence_context(evidence_id: str) -> bytes:
    """Return the context of the keys of one piece of evidence."""
    return f"safelight/vault/evidence/{evidence_id}".encode()


def spool_context(spool_id: str) -> bytes:
    """Return the context of the keys of bytes that wait to be scanned."""
    return f"safelight/vault/spool/{spool_id}".encode()


def secret_context(name: str) -> bytes:
    """Return the context of a secret of the vault itself."""
    return f"safelight/vault/secret/{name}".encode()
