"""The second half of `safelight demo`: the service starts, a first upload is scanned over HTTP, the answer is shown."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pyrage

from safelight.access.api_key import NewApiKey
from safelight.app import Workspace
from safelight.cli.voice import Voice, warn
from safelight.client import Client, Context, Problem, Scan, Unreachable
from safelight.flow.access import create_key
from safelight.flow.keys import acts as keys
from safelight.flow.keys.desk import KeyDesk
from safelight.testing.demo_media import InboxPicture
from safelight.web.listening import Address
from safelight.web.logs import set_up_logs
from safelight.web.serving import Serving, serve

_ACCOUNT = "demo-account"
_ANY_PORT = Address(host="127.0.0.1", port=0)


def show_service(voice: Voice, house: Workspace, picture: InboxPicture) -> Scan | None:
    """Start the service on a free port of this machine, send it one altered copy as a platform would, and stop it.

    Return its answer; None, with the reason on standard error, if there was none. What matches is sealed, so the
    installation is given keys first, and a recovery copy that nobody can open: it is a demo's.
    """
    _give_keys(house)
    _, secret = create_key(house.engine, house.clock, house.actor, NewApiKey(name="platform", role_name="service"))
    answers: list[Scan] = []

    def ask(addresses: list[str]) -> None:
        asking = threading.Thread(target=_ask_and_stop, args=(voice, addresses[0], secret, picture, answers.append))
        asking.start()

    set_up_logs("error")
    serve(house, Serving(address=_ANY_PORT, keyless_port=None, threads=1), tell=warn, on_ready=ask)
    return answers[0] if answers else None


def _give_keys(house: Workspace) -> None:
    desk = KeyDesk(engine=house.engine, keys=house.keys, clock=house.clock, actor=house.actor)
    keys.create_keys(desk)
    nobody = str(pyrage.x25519.Identity.generate().to_public())
    keys.export_keys(desk, recipients=[nobody], place=lambda _: None)


def _ask_and_stop(voice: Voice, address: str, secret: str, picture: InboxPicture, keep: Callable[[Scan], None]) -> None:
    """Send the picture, tell the answer, and ask the service to stop as an operator would: by a signal."""
    try:
        voice.say(f"\nThe service answers on {address}. A platform sends {picture.path.name} of {_ACCOUNT}:")
        with Client(address, secret) as client:
            answer = client.scan(picture.path.read_bytes(), context=_context_of(picture.path))
        keep(answer)
        _tell(voice, answer)
    except (Problem, Unreachable) as error:
        warn(f"The service gave no answer: {error}")
    finally:
        signal.raise_signal(signal.SIGTERM)


def _context_of(path: Path) -> Context:
    return Context(subject_id=_ACCOUNT, content_id="upload-1", file_name=path.name, viewed_before_intake="no")


def _tell(voice: Voice, answer: Scan) -> None:
    voice.say(f"  verdict   {answer.verdict}")
    for match in answer.matches:
        voice.say(f"  match     {match.kind} {match.signal_type} in bank {match.bank}, entry {match.entry}")
    voice.say(f"  case      {answer.case}, open, about {_ACCOUNT}")
    voice.say(f"  evidence  {answer.evidence}, sealed and held under review")
