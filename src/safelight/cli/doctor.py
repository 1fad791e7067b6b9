"""`safelight doctor`."""

import platform
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from safelight.app import Workspace as House
from safelight.app import open_pool
from safelight.cli import exit_status
from safelight.cli.options import Workspace
from safelight.cli.workspace import open_for_hashing
from safelight.database.revision import is_current
from safelight.errors import SafelightError
from safelight.hashing.formats import Format
from safelight.hashing.pdq import simd_level, which_flavour
from safelight.hashing.png_reader import IS_QUICK
from safelight.settings import FILE_NAME


def doctor(*, workspace: Workspace = None) -> int:
    """Say what this installation can do: kernel or twin, processor, sandbox layers, formats, database.

    Exit status: 0, or 69 if outside bytes cannot be decoded or the database cannot be used.

    Parameters
    ----------
    workspace
        The workspace to look at; without one, the defaults.

    """
    console = Console(highlight=False)
    house = open_for_hashing(workspace)
    _say(console, "safelight", f"{version('safelight')}, Python {platform.python_version()}, {platform.machine()}")
    _say(console, "kernel", f"{which_flavour()} (processor level: {simd_level()})")
    _say(console, "formats", f"{', '.join(Format)} (quick PNG: {'yes' if IS_QUICK else 'no, Pillow reads them'})")
    is_sound = _say_sandbox(console, house) & _say_database(console, house)
    return exit_status.NOTHING if is_sound else exit_status.UNAVAILABLE


def _say(console: Console, name: str, text: str) -> None:
    console.print(f"{name:<10} {text}", markup=False, soft_wrap=True)


def _say_sandbox(console: Console, house: House) -> bool:
    try:
        with open_pool(house.settings, 1) as pool:
            layers = pool.layers
    except SafelightError as error:
        _say(console, "sandbox", f"unusable: {error}")
        return False
    for layer in layers:
        _say(console, "sandbox", f"{'on ' if layer.is_on else 'OFF'} {layer.name.value}: {layer.detail}")
    _say(console, "sandbox", f"rule {house.settings.sandbox_rule}")
    return True


def _say_database(console: Console, house: House) -> bool:
    folder: Path = house.settings.workspace
    if not (folder / FILE_NAME).exists():
        _say(console, "workspace", f"none in {folder} (safelight init makes one)")
        return True
    try:
        kind = house.engine.dialect.name
        is_sound = is_current(house.engine)
    except (SafelightError, OSError) as error:
        _say(console, "database", f"unusable: {error}")
        return False
    _say(console, "database", f"{kind}, {'up to date' if is_sound else 'outdated: run safelight init'}")
    return is_sound
