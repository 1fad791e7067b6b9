"""A running service with its console, and Debian's Chromium, headless: one of each for a module."""

import fcntl
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pyotp
import pyrage
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import safelight
from safelight.access.signing_in.password import Cost, PasswordHasher
from safelight.access.signing_in.token import new_token
from safelight.app.service import open_service
from safelight.app.showing_parts import open_showing
from safelight.flow import access
from safelight.flow.keys.acts import create_keys, export_keys
from safelight.flow.keys.desk import KeyDesk
from safelight.flow.signing_in import enrolling
from safelight.flow.signing_in.arriving import SignedIn
from safelight.flow.signing_in.desk import Caller
from safelight.testing.demo_cases import DemoCases, fill_cases
from safelight.web.asgi import build_app
from safelight.web.authentication import Authentication
from safelight.web.listening import Address, bound_port, listen

_ROOT = Path(__file__).parents[3]
_AXE = _ROOT / ".venv" / "axe.min.js"
_SHOTS = _ROOT / "screenshots"
_QUIET = (
    "--no-sandbox",  # the tests may run as root; nothing but our own pages is opened
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

PASSWORD = "grey otters count slowly"
CHEAP = Cost(memory_kib=8, rounds=1, lanes=1)
WIDE, NARROW = 1440, 360


@dataclass
class Person:
    """Somebody who has signed in, with the secret of their app."""

    name: str
    secret: str
    signed_in: SignedIn


@dataclass
class Answer:
    """What was asked, and every byte that went out in answer to it."""

    asked: str
    form: dict[str, str]
    kind: str = ""
    body: bytes = b""


class Recorder:
    """Wraps the service, and keeps every answer of it as it goes out: no browser lies between."""

    def __init__(self, app: ASGIApp, answers: list[Answer]) -> None:
        self._app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = bytearray()
        answer = Answer(f"{scope['method']} {scope['path']}", {})

        async def receiving() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            answer.form = dict(parse_qsl(asked.decode(errors="replace")))
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.kind = dict(message["headers"]).get(b"content-type", b"").decode()
                self._answers.append(answer)
            answer.body += message.get("body", b"")
            await send(message)

        await self._app(scope, receiving, sending)


@dataclass
class Live:
    """The running service: where it is, what it stands on, people who come in, and all that it has sent."""

    origin: str
    house: safelight.Workspace
    answers: list[Answer]
    asked: list[str] = field(default_factory=list)

    def invite(self, name: str, *roles: str) -> str:
        """Add somebody and return their sign-in code."""
        house = self.house
        access.add_person(house.engine, house.clock, house.actor, name, role_names=roles)
        return access.invite_person(house.engine, house.clock, house.actor, name, lasting=timedelta(days=1))[1]

    def enrol(self, name: str, *roles: str) -> Person:
        """Let somebody with these roles sign in for the first time, with a password and an app."""
        desk, caller = self.house.sign_in_desk, Caller(address="192.0.2.7", visitor=new_token(), browser="Firefox")
        token, _ = enrolling.begin_enrolment(desk, caller, self.invite(name, *roles))
        token = enrolling.set_password(desk, token, PASSWORD)
        secret = enrolling.enrol_totp(desk, token).secret
        enrolling.confirm_totp(desk, token, pyotp.TOTP(secret).at(self.house.clock.now()))
        return Person(name, secret, enrolling.finish_enrolment(desk, caller, token)[0])


@dataclass(frozen=True, slots=True)
class Filled:
    """A workspace that has keys and the cases of the demo. Copy it, don't change it."""

    folder: Path
    cases: DemoCases


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """Fill a workspace once for all processes of a run: painting, encoding and scanning take longer than most journeys.

    The folder above those of the processes is of this run alone. Whoever comes first makes it, and others wait.
    """
    own = tmp_path_factory.getbasetemp()
    place = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "filled-workspace"
    place.mkdir(exist_ok=True)
    folder, told = place / "workspace", place / "cases.json"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of somebody who failed at it
            told.write_text(json.dumps(asdict(_fill(folder))), encoding="utf-8")
    return Filled(folder, DemoCases(**json.loads(told.read_text(encoding="utf-8"))))


def _fill(folder: Path) -> DemoCases:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SAFELIGHT_SCAN_WORKERS", "1")
        safelight.create_workspace(folder)
        with safelight.open_workspace(folder) as house:
            _give_keys(house, folder)
            return fill_cases(house)


@contextmanager
def _serving(folder: Path, like: Path | None = None) -> Iterator[Live]:
    with closing(listen(Address(host="127.0.0.1", port=0))) as sock, pytest.MonkeyPatch.context() as patched:
        origin = f"http://localhost:{bound_port(sock)}"
        patched.setenv("SAFELIGHT_SCAN_WORKERS", "1")
        patched.setenv("SAFELIGHT_CONSOLE_ORIGIN", origin)
        patched.setenv("SAFELIGHT_SECOND_READER_SHARE_PERCENT", "0")  # nobody is read twice by chance
        if like is None:
            safelight.create_workspace(folder)
        else:
            shutil.copytree(like, folder)
        with safelight.open_workspace(folder) as house:
            if like is None:
                _give_keys(house, folder)
            object.__setattr__(house.sign_in_desk, "passwords", PasswordHasher(CHEAP))
            with open_service(house, lambda _: None) as service, open_showing(house) as showing:
                answers: list[Answer] = []
                app = Recorder(build_app(service, Authentication(service.gate), showing=showing), answers)
                server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", server_header=False))
                thread = threading.Thread(target=server.run, args=([sock],))
                thread.start()
                try:
                    yield Live(origin, house, answers)
                finally:
                    server.should_exit = True
                    thread.join()


@pytest.fixture(scope="session")
def serving() -> Callable[[Path], AbstractContextManager[Live]]:
    """Give what runs a service on a workspace made for it, at `http://localhost` and a free port, until a block ends.

    Passwords are hashed cheaply. The database is that of the environment.
    """
    return _serving


@pytest.fixture(
    scope="module",
    params=[pytest.param(None, id="usually"), pytest.param(None, marks=pytest.mark.long, id="thoroughly")],
)
def thoroughly() -> None:
    """Let the journeys of a module run a second time in the long run, on a workspace of their own.

    There pages are looked at in more ways, and pictures of them are kept. A module that looks at none overrides this.
    """


@pytest.fixture(scope="module")
def like() -> Path | None:
    """Name what the workspace begins as: nothing but keys. A module overrides this where it wants what is filled."""
    return None


@pytest.fixture(scope="module")
def live(thoroughly: None, like: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service on a workspace of its own."""
    with _serving(tmp_path_factory.mktemp("console") / "workspace", like) as running:
        yield running


def _give_keys(house: safelight.Workspace, folder: Path) -> None:
    desk = KeyDesk(engine=house.engine, keys=house.keys, clock=house.clock, actor=house.actor)
    create_keys(desk)
    to = str(pyrage.x25519.Identity.generate().to_public())
    export_keys(desk, recipients=[to], place=(folder / "copy.age").write_bytes)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Where there is none, tests fail: they are not skipped."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("There is no chromium: run `make test`, or install it (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(_QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_context(
    chromium: Browser, live: Live, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., BrowserContext]]:
    """Give browsers that know nothing, or in which somebody has signed in. None may ask any other host for anything.

    A key is pressed once the page is whole: what it does comes with the page's scripts, which run last.
    """
    opened: list[BrowserContext] = []

    def wait_before_keys(page: Page) -> None:
        press = page.keyboard.press

        def press_once_loaded(key: str, **more: Any) -> None:
            page.wait_for_load_state()
            press(key, **more)

        monkeypatch.setattr(page.keyboard, "press", press_once_loaded)

    def do(person: Person | None = None, *, width: int = WIDE, **more: Any) -> BrowserContext:
        height = 900 if width == WIDE else 780
        settings = {"locale": "en-GB", "viewport": {"width": width, "height": height}, **more}
        context = chromium.new_context(base_url=live.origin, **settings)
        context.on("page", wait_before_keys)
        _let_in(context, live, person)
        opened.append(context)
        return context

    yield do
    for context in opened:
        context.close()
    assert [url for url in live.asked if not url.startswith(live.origin)] == []


def _let_in(context: BrowserContext, live: Live, person: Person | None) -> None:
    context.set_default_timeout(10_000)
    context.on("request", lambda request: live.asked.append(request.url))
    if person is not None:
        context.add_cookies([{"name": "safelight-session", "value": person.signed_in.token, "url": live.origin}])


@pytest.fixture(scope="module")
def open_profile(chromium: Browser, live: Live) -> Callable[[Path, Person], BrowserContext]:
    """Open a browser that keeps on disk, in a folder, what browsers keep; somebody has signed in. Close it yourself."""

    def do(folder: Path, person: Person) -> BrowserContext:
        flags, found = list(_QUIET), shutil.which("chromium")
        context = chromium.browser_type.launch_persistent_context(
            folder, executable_path=found, args=flags, base_url=live.origin, locale="en-GB"
        )
        _let_in(context, live, person)
        return context

    return do


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep what a page looks like, in `screenshots/`, for somebody to look at: in the long run alone, it takes time."""

    def do(page: Page, name: str) -> None:
        if not _is_long(request):
            return
        _SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=_SHOTS / f"{name}.png", full_page=True, animations="disabled")

    return do


def _is_long(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("long") is not None


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, as the build has fetched it."""
    if not _AXE.is_file():
        pytest.fail("axe-core is lacking: run `make .venv/axe.min.js`.")
    return _AXE.read_text(encoding="utf-8")


@pytest.fixture
def violations(axe: str) -> Callable[[Page], list[str]]:
    """Tell what axe-core finds wrong with a page. It is spared what it would tell of where in the page that is."""

    def do(page: Page) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations'], selectors: false})")
        return [
            f"{each['id']}: {node['html'][:200]} ({node['failureSummary'][:300]})"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    return do


@pytest.fixture
def look_over(request: pytest.FixtureRequest, violations, shoot) -> Callable[[Page, str], None]:
    """Look at a page wide and light, then narrow and dim. axe-core looks twice in the long run, else at the end."""

    def do(page: Page, name: str) -> None:
        was = page.get_attribute("html", "data-theme")
        for width, theme in ((WIDE, "light"), (NARROW, "low")):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
            assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            if width == NARROW or _is_long(request):
                assert violations(page) == []
            shoot(page, f"review-{name}-{theme}-{width}")
        page.evaluate("theme => document.documentElement.dataset.theme = theme", was)
        page.set_viewport_size({"width": WIDE, "height": 900})

    return do
