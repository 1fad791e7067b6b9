"""Every route and every kind of key: what comes out follows from what the route declares and the role has."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest
from starlette.testclient import TestClient

import safelight
from safelight.access.api_key import NewApiKey
from safelight.access.role import BUILT_IN
from safelight.app.service import open_service
from safelight.clock import FixedClock
from safelight.flow import access
from safelight.flow.banks import edits as banks
from safelight.roles import Permission
from safelight.web.asgi import build_app, hma_parts
from safelight.web.authentication import Authentication
from safelight.web.door import NONE_TAKEN, PERMISSION
from safelight.web.hma.app import open_door
from safelight.web.host import open_host
from safelight.web.served import DOCUMENT_PATH

ROLES = ("admin", "lead", "reviewer", "reporter", "auditor", "analyst", "service")
NO_KEYS = ("none", "of nobody", "expired", "revoked")
KEYLESS_PORT = 8681
KEYLESS = {"signal:lookup", "media:hash", "bank:read", "metrics:read"}
"""What docs/how-to/serve.md says of requests without a key: look up, hash, list banks, read figures."""

BANK = "SECRET_BANK"
NOWHERE = "NOWHERE"
READ_BY_OTHER_METHODS: set[str] = set()
"""Paths that are only read though they are asked by POST, because what they take is too long for an address."""
FOR_PERSONS = {"/api/v1/orders/{order}/confirm"}
"""Paths that no key opens, whatever its role: only a person may."""
OPEN = {"/health/live", "/health/ready", "/status", "/status/live", "/site-map"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A method of a path and the permissions that it declares; None for what is open to anybody."""

    method: str
    path: str
    needs: frozenset[str] | None

    def at(self, bank: str = NOWHERE) -> str:
        """Return an address of the path at which there is nothing, except perhaps a bank."""
        parts = ["9999" if part.startswith("{") else part for part in self.path.replace("{bank}", bank).split("/")]
        return "/".join(parts)

    def lets_in(self, role: str) -> bool:
        """Whether a key of this role is to be let in."""
        return self.needs is None or (self.path not in FOR_PERSONS and self.needs <= _has(role))


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A service: its application, its rules, and the secrets of its keys."""

    client: TestClient
    keyless: TestClient
    rules: tuple[Rule, ...]
    secrets: dict[str, str]

    def ask(self, rule: Rule, key: str, *, bank: str = NOWHERE, in_path: bool = False):
        """Ask with a key and with nothing else, so that whoever is let in is told that something is missing."""
        secret = self.secrets.get(key, "")
        headers = {"Safelight-Context": "{", **({"X-API-Key": secret} if secret and not in_path else {})}
        before = f"/k/{secret}" if in_path else ""
        return self.client.request(rule.method, before + rule.at(bank), headers=headers)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run one service with real keys for all tests: what they ask changes nothing."""
    folder = tmp_path_factory.mktemp("matrix") / "workspace"
    safelight.create_workspace(folder)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SAFELIGHT_SCAN_WORKERS", "1")
        house = safelight.open_workspace(folder)
    for name in (BANK, "another"):
        banks.create_bank(house.engine, house.clock, house.actor, name=name)
    secrets = _make_keys(house)
    with house, open_service(house, lambda _: None) as service:
        authentication = Authentication(service.gate, keyless_port=KEYLESS_PORT)
        app = build_app(service, authentication)
        rules = (
            *_ours(TestClient(app)),
            *_hmas(open_door(hma_parts(open_host(service, authentication)), authentication)),
        )
        with (
            TestClient(app, raise_server_exceptions=False) as client,
            TestClient(app, base_url=f"http://127.0.0.1:{KEYLESS_PORT}", raise_server_exceptions=False) as keyless,
        ):
            yield Running(client=client, keyless=keyless, rules=rules, secrets=secrets)


def _make_keys(house: safelight.Workspace) -> dict[str, str]:
    def make(name: str, clock=house.clock, **more) -> str:
        return access.create_key(house.engine, clock, house.actor, NewApiKey(name=name, **more))[1]

    secrets = {role: make(role, role_name=role) for role in ROLES}
    secrets |= {f"{role} of another bank": _limited(make, role) for role in ROLES}
    past = FixedClock(at=house.clock.now() - timedelta(days=2))
    secrets["expired"] = make("expired", past, role_name="admin", expires_at=past.now() + timedelta(days=1))
    secrets["revoked"] = make("revoked", role_name="admin")
    access.revoke_key(house.engine, house.clock, house.actor, "revoked")
    secrets["of nobody"] = secrets["admin"][:-1] + ("0" if secrets["admin"][-1] != "0" else "1")
    return secrets


def _limited(make, role: str) -> str:
    return make(f"{role}-limited", role_name=role, bank_names=frozenset({"another"}))


def _ours(client: TestClient) -> list[Rule]:
    paths = client.get(DOCUMENT_PATH).json()["paths"]
    declared = [(name, path, told[PERMISSION]) for path, each in paths.items() for name, told in each.items()]
    return [
        Rule(method=method.upper(), path=path, needs=None if needs == NONE_TAKEN else frozenset({needs}))
        for method, path, needs in declared
    ]


def _hmas(door) -> list[Rule]:
    return [
        Rule(
            method=rule.method,
            path=rule.path,
            needs=None if rule.permissions is None else frozenset(each.value for each in rule.permissions),
        )
        for rule in door.rules
    ]


def _has(role: str) -> frozenset[str]:
    return frozenset(each.value for each in BUILT_IN[role])


def _is_let_in(answer) -> bool:
    """Whether a key was found good: a request with nothing in it is then told what it lacks."""
    assert answer.status_code < 500 or answer.json().get("code") == "nothing_to_match", answer.text
    return answer.status_code not in {401, 403}


def test_both_doors_are_looked_at(running: Running) -> None:
    assert len(running.rules) > 50
    assert {rule.path.split("/")[1] for rule in running.rules} >= {"api", "metrics", "h", "m", "c", "status"}


def test_only_health_is_open_to_anybody(running: Running) -> None:
    assert {rule.path for rule in running.rules if rule.needs is None} == OPEN
    assert all(rule.needs != frozenset() for rule in running.rules)


def test_what_changes_something_takes_more_than_leave_to_read(running: Running) -> None:
    for rule in running.rules:
        if rule.method not in {"GET", "HEAD"} and rule.path not in READ_BY_OTHER_METHODS:
            assert not any(need.endswith(":read") for need in rule.needs or ()), rule


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("in_path", [False, True], ids=["in a header", "in the path"])
def test_a_role_may_do_what_it_has_the_permission_for(running: Running, role: str, in_path: bool) -> None:
    for rule in running.rules:
        answer = running.ask(rule, role, in_path=in_path)
        assert _is_let_in(answer) is rule.lets_in(role), (rule, answer.text)


@pytest.mark.parametrize("role", ROLES)
def test_a_key_for_other_banks_reaches_no_bank_and_is_told_of_none(running: Running, role: str) -> None:
    for rule in running.rules:
        answer = running.ask(rule, f"{role} of another bank", bank=BANK)
        assert _is_let_in(answer) is (rule.lets_in(role) and "{bank}" not in rule.path), (rule, answer.text)
        if rule.path != "/metrics":  # its figures are of every bank: docs/reference/figures.md says whom to give it to
            assert BANK not in answer.text or answer.status_code == 403  # who names it knows it already


@pytest.mark.parametrize(("key", "in_path"), list(product(NO_KEYS, [False, True])))
def test_without_a_key_that_counts_nothing_but_health_is_answered(running: Running, key: str, in_path: bool) -> None:
    for rule in running.rules:
        answer = running.ask(rule, key, in_path=in_path)
        if rule.needs is None:
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), rule


def test_without_a_key_on_a_port_of_its_own_one_may_look_up_and_read(running: Running) -> None:
    for rule in running.rules:
        answer = running.keyless.request(rule.method, rule.at(), headers={"Safelight-Context": "{"})
        assert _is_let_in(answer) is (rule.needs is None or rule.needs <= KEYLESS), (rule, answer.text)


def test_what_was_passed_on_is_not_answered_there(running: Running) -> None:
    for rule in running.rules:
        if rule.needs is not None:
            answer = running.keyless.request(rule.method, rule.at(), headers={"X-Forwarded-For": "192.0.2.1"})
            assert answer.status_code == 403, rule


def test_every_permission_is_one_that_a_role_can_have(running: Running) -> None:
    named = {need for rule in running.rules for need in rule.needs or ()}
    assert named <= {each.value for each in Permission}
