"""`safelight fake-authority`: a reporting service to try with. Nothing that is sent to it is reported to anybody."""

import signal
from pathlib import Path
from threading import Event
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.voice import Voice, warn
from safelight.errors import InvalidValue, NotFound, UsageError
from safelight.testing.authority import FAKE_ACCOUNT, Account, FakeAuthority, Manners, Wanted, fake_authority
from safelight.testing.authority.running import read_tls
from safelight.web.listening import is_loopback, read_address

_SAYS = (
    "THIS IS A FAKE. It answers as the NCMEC CyberTipline reporting API does, as far as that is known to the public. "
    "Nothing that is sent to it is reported to anybody, and nothing may be sent to it that would have to be."
)


def fake_authority_command(
    *,
    listen: Annotated[str, Parameter(help="HOST:PORT to answer on.")] = "127.0.0.1:8690",
    user: Annotated[str, Parameter(help="The user that may call.")] = FAKE_ACCOUNT.user,
    password_file: Annotated[
        Path | None, Parameter(help=f"A file with that user's password. Else it is {FAKE_ACCOUNT.password}.")
    ] = None,
    control: Annotated[
        int | None, Parameter(help="A port of 127.0.0.1 by which faults, clock and reports are reached as JSON.")
    ] = None,
    state: Annotated[Path | None, Parameter(help="A file that keeps the reports. Else they end with this run.")] = None,
    tls: Annotated[Path | None, Parameter(help="A PEM file with a certificate and its key, to speak TLS.")] = None,
    errors_in_200: Annotated[bool, Parameter(help="Refuse with HTTP 200; only the code tells.", negative="")] = False,
    bare_401: Annotated[bool, Parameter(help="Refuse who is not known without a body.", negative="")] = False,
    one_fileinfo: Annotated[bool, Parameter(help="Take the details of a file only once.", negative="")] = False,
    beyond_this_machine: Annotated[
        bool, Parameter(help="Listen on an address that other machines reach.", negative="")
    ] = False,
) -> int:
    """Play the authority until Ctrl-C or SIGTERM, for tests and staging."""
    address = read_address(listen)
    if not is_loopback(address.host) and not beyond_this_machine:
        raise UsageError(
            f"{address.host} is reached from other machines, which could take this fake for the authority. Nothing was "
            "started. Listen on 127.0.0.1, or say --beyond-this-machine."
        )
    wanted = Wanted(
        host=address.host,
        port=address.port,
        control_port=control,
        accounts=(Account(user=user, password=_password(password_file)),),
        manners=Manners(errors_in_200=errors_in_200, bare_401=bare_401, one_fileinfo=one_fileinfo),
        tls=read_tls(tls) if tls else None,
        state=state,
    )
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with fake_authority(wanted) as fake:
        _tell(fake)
        stopped.wait()
    return 0


def _tell(fake: FakeAuthority) -> None:
    warn(_SAYS)
    control = f", control: {fake.control_address}" if fake.control_address else ""
    Voice().say(f"Ready: {fake.address}{control}")


def _password(file: Path | None) -> str:
    if file is None:
        return FAKE_ACCOUNT.password
    password = _read(file).strip()
    if not password:
        raise InvalidValue(f"{file} holds no password. Write it into the file, or leave --password-file out.")
    return password


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {file}. Nothing was started. Name one that is there.") from error
    except UnicodeDecodeError as error:
        raise InvalidValue(f"{file} is not text. Nothing was started. Name another file.") from error
