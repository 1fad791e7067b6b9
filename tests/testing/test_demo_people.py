"""The people of the demo come in as anybody does: by name, password and a code that counts once."""

from pathlib import Path

import pytest

import safelight
from safelight.access.signing_in.password import Cost, PasswordHasher
from safelight.access.signing_in.token import new_token
from safelight.errors import SignInRefused
from safelight.flow.keys.acts import create_keys, export_keys
from safelight.flow.keys.desk import KeyDesk
from safelight.flow.signing_in import arriving
from safelight.flow.signing_in.desk import Caller
from safelight.testing.demo_people import enrol_people


def test_they_sign_in_with_the_code_of_the_moment_once(tmp_path: Path) -> None:
    import pyrage

    safelight.create_workspace(tmp_path / "house")
    with safelight.open_workspace(tmp_path / "house") as house:
        keys = KeyDesk(engine=house.engine, keys=house.keys, clock=house.clock, actor=house.actor)
        create_keys(keys)
        export_keys(keys, recipients=[str(pyrage.x25519.Identity.generate().to_public())], place=lambda _: None)
        object.__setattr__(house.sign_in_desk, "passwords", PasswordHasher(Cost(memory_kib=8, rounds=1, lanes=1)))
        robin, lee = enrol_people(house)
        desk, caller = house.sign_in_desk, Caller(address="127.0.0.1", visitor=new_token())
        code = robin.code_at(house.clock.now())
        for person, is_let_in in ((robin, True), (robin, False), (lee, True)):
            first = arriving.begin_sign_in(desk, caller, person.name, person.password)
            shown = code if person is robin else lee.code_at(house.clock.now())
            if is_let_in:
                signed_in = arriving.finish_with_totp(desk, caller, first.token, shown)
                assert signed_in is not None
            else:
                with pytest.raises(SignInRefused):
                    arriving.finish_with_totp(desk, caller, first.token, shown)
