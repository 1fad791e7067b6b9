import re

from safelight.database.engine import Engine
from safelight.database.installation import installation_id
from safelight.database.revision import upgrade
from safelight.database.transaction import read


def _name(engine: Engine) -> str:
    with read(engine) as tx:
        return installation_id(tx)


def test_a_database_keeps_the_name_it_was_given_when_it_was_made(blank_engine: Engine) -> None:
    upgrade(blank_engine)
    name = _name(blank_engine)
    upgrade(blank_engine)
    assert _name(blank_engine) == name
    assert re.fullmatch("[0-9a-f]{32}", name)


def test_no_two_databases_have_the_same_name(engine: Engine, blank_engine: Engine) -> None:
    upgrade(blank_engine)
    assert _name(engine) != _name(blank_engine)
