"""The second half of `safelight demo`: the service starts, a first upload is scanned over HTTP, the console opens."""

import signal
import threading
from pathlib import Path

import pyrage

from safelight.access.api_key import NewApiKey
from safelight.app import Workspace
from safelight.cli.demo_console import tell_codes, tell_console
from safelight.cli.voice import Voice, warn
from safelight.client import Client, Context, Problem, Scan, Unreachable
from safelight.flow.access import create_key
from safelight.flow.keys import acts as keys
from safelight.flow.keys.desk import KeyDesk
from safelight.testing.demo_cases import fill_cases
from safelight.testing.demo_media import InboxPicture
from safelight.testing.demo_people import enrol_people
from safelight.web.listening import read_address
from safelight.web.logs import set_up_logs
from safelight.web.serving import Serving, serve

_ACCOUNT = "demo-account"


def show_service(voice: Voice, house: Workspace, picture: InboxPicture, *, stays: bool) -> Scan | None:
    """Start the service, send it one altered copy as a platform would, and tell how to come into its console.

    It ends by itself, or with `stays` by Ctrl-C. Return its answer; None, with the reason on standard error, if there
    was none. What matches is sealed, so the installation is given keys first, and a recovery copy that nobody can open:
    it is a demo's.
    """
    _give_keys(house)
    _, secret = create_key(house.engine, house.clock, house.actor, NewApiKey(name="platform", role_name="service"))
    fill_cases(house)
    people, answers, ended = enrol_people(house), list[Scan](), threading.Event()

    def show(addresses: list[str]) -> None:
        try:
            answers.extend(_ask(voice, addresses[0], secret, picture))
            tell_console(voice, house, people, stays=stays)
            if stays and answers:
                tell_codes(voice, house, people, ended)
        finally:
            if not ended.is_set():
                signal.raise_signal(signal.SIGTERM)

    def begin(addresses: list[str]) -> None:
        threading.Thread(target=show, args=(addresses,)).start()

    set_up_logs("error")
    try:
        asked = Serving(address=read_address(house.settings.listen), keyless_port=None, threads=1)
        serve(house, asked, tell=warn, on_ready=begin)
    finally:
        ended.set()
    return answers[0] if answers else None


def _give_keys(house: Workspace) -> None:
    desk = KeyDesk(engine=house.engine, keys=house.keys, clock=house.clock, actor=house.actor)
    keys.create_keys(desk)
    nobody = str(pyrage.x25519.Identity.generate().to_public())
    keys.export_keys(desk, recipients=[nobody], place=lambda _: None)


def _ask(voice: Voice, address: str, secret: str, picture: InboxPicture) -> list[Scan]:
    """Send the picture, and tell and return the answer if there is one."""
    try:
        voice.say(f"\nThe service answers on {address}. A platform sends {picture.path.name} of {_ACCOUNT}:")
        with Client(address, secret) as client:
            answer = client.scan(picture.path.read_bytes(), context=_context_of(picture.path))
    except (Problem, Unreachable) as error:
        warn(f"The service gave no answer: {error}")
        return []
    _tell(voice, answer)
    return [answer]


def _context_of(path: Path) -> Context:
    return Context(subject_id=_ACCOUNT, content_id="upload-1", file_name=path.name, viewed_before_intake="no")


def _tell(voice: Voice, answer: Scan) -> None:
    voice.say(f"  verdict   {answer.verdict}")
    for match in answer.matches:
        voice.say(f"  match     {match.kind} {match.signal_type} in bank {match.bank}, entry {match.entry}")
    voice.say(f"  case      {answer.case}, open, about {_ACCOUNT}")
    voice.say(f"  evidence  {answer.evidence}, sealed and held under review")
