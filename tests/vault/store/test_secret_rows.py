"""A secret of the vault is added once."""

from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.keys.interface import Wrapped
from safelight.vault.store import secret_rows


def test_the_first_of_a_name_stays(engine: Engine) -> None:
    first = Wrapped(key_id="key", data=b"first")
    with write(engine) as tx:
        assert secret_rows.find(tx, "name") is None
        assert secret_rows.add(tx, "name", first)
        assert not secret_rows.add(tx, "name", Wrapped(key_id="key", data=b"second"))
        assert secret_rows.find(tx, "name") == first
