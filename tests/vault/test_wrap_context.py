"""No two things of the vault have the same context."""

from safelight.vault.wrap_context import evidence_context, secret_context, spool_context


def test_the_same_id_of_another_noun_has_another_context() -> None:
    contexts = {make(name) for make in (evidence_context, spool_context, secret_context) for name in ("a", "b")}
    assert len(contexts) == 6
