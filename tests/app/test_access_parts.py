"""What requests pass is opened by the settings, and who may confirm a destruction is asked when it matters."""

from datetime import timedelta
from pathlib import Path

import pytest

import safelight
from safelight.access.api_key import NewApiKey
from safelight.access.signing_in.password import USUAL_COST
from safelight.app.access_parts import open_gate, open_sign_in_desk
from safelight.app.evidence_parts import job_handlers
from safelight.database.transaction import read
from safelight.errors import RateLimited
from safelight.flow import access
from safelight.flow.evidence.destruction import WARN_OF_ENDINGS, Destruction
from safelight.settings import Settings


@pytest.fixture
def house(tmp_path: Path) -> safelight.Workspace:
    safelight.create_workspace(tmp_path / "workspace")
    return safelight.open_workspace(tmp_path / "workspace")


def _create(house: safelight.Workspace) -> str:
    new = NewApiKey(name="shop", role_name="service")
    return access.create_key(house.engine, house.clock, house.actor, new)[1]


def test_the_settings_say_how_often_a_key_may_be_used(house: safelight.Workspace) -> None:
    secret = _create(house)
    settings = Settings(workspace=house.settings.workspace, api_key_requests_per_minute=60, api_key_burst=2)
    gate = open_gate(settings, house.engine, house.clock, lambda _: None)
    actor = gate.authenticate(secret)
    gate.charge(actor)
    gate.charge(actor)
    with pytest.raises(RateLimited, match="60 requests a minute, and 2 at once"):
        gate.charge(actor)
    gate.close()


def test_a_workspace_gives_a_gate_that_writes_down_uses_at_its_end(house: safelight.Workspace) -> None:
    secret = _create(house)
    with house.gate() as gate:
        gate.authenticate(secret)
    with read(house.engine) as tx:
        from safelight.access import queries

        assert queries.find_key(tx, "shop").use_count == 1


def test_who_may_confirm_a_destruction_is_the_user_of_the_machine_and_whoever_has_the_permission_by_then(
    house: safelight.Workspace,
) -> None:
    handlers = job_handlers(house.settings, house.vault, house.actor, lambda _: None, lambda _: None)  # type: ignore[arg-type, return-value]
    destruction = handlers[WARN_OF_ENDINGS].__self__  # type: ignore[attr-defined]
    assert isinstance(destruction, Destruction)
    who = (house.engine, house.clock, house.actor)
    seen = []
    for change in (
        lambda: None,
        lambda: access.add_person(*who, "Ada", role_names=["lead"]),
        lambda: access.add_person(*who, "Bo", role_names=["reviewer"]),
        lambda: access.disable_person(*who, "Ada"),
    ):
        change()
        with read(house.engine) as tx:
            seen.append(set(destruction.people(tx)) - {house.actor.name})
    assert seen == [set(), {"Ada"}, {"Ada"}, set()]


def test_the_settings_say_how_long_sessions_last_and_where_the_console_is(house: safelight.Workspace) -> None:
    assert house.sign_in_desk is house.sign_in_desk  # one for all: it bounds how much is hashed at once
    assert house.sign_in_desk.party.origin == "http://localhost:8680"
    settings = Settings(
        workspace=house.settings.workspace,
        console_origin="https://review.example.org",
        session_idle_minutes=5,
        session_hours=8,
        reauthentication_minutes=2,
        device_days=7,
    )
    desk = open_sign_in_desk(settings, house.engine, house.clock, house.keys)
    assert (desk.party.rp_id, desk.rules.idle, desk.rules.fresh) == (
        "review.example.org",
        timedelta(minutes=5),
        timedelta(minutes=2),
    )
    assert (desk.rules.longest, desk.rules.device) == (timedelta(hours=8), timedelta(days=7))
    assert desk.passwords.cost == USUAL_COST
