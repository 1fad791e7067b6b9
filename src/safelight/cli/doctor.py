"""`safelight doctor`."""

import platform
from importlib.metadata import version
from pathlib import Path

from safelight.app import Workspace as House
from safelight.app import open_for_hashing, open_pool
from safelight.cli import exit_status
from safelight.cli.doctor_evidence import due_words, job_words, key_words, recent_words, report_words, store_words
from safelight.cli.doctor_index import index_lines, search_words
from safelight.cli.options import Workspace
from safelight.cli.voice import Voice
from safelight.database.revision import is_current
from safelight.errors import SafelightError
from safelight.hashing.formats import Format
from safelight.hashing.pdq import Flavour, simd_level, which_flavour
from safelight.hashing.png_reader import IS_QUICK
from safelight.settings import FILE_NAME


def doctor(*, workspace: Workspace = None) -> int:
    """Say what this installation can do: kernel or twin, sandbox, formats, database, indexes, keys, jobs, reports.

    Exit status: 0, or 69 if outside bytes cannot be decoded, or database, keys or the store cannot be used.

    Parameters
    ----------
    workspace
        The workspace to look at; without one, the defaults.

    """
    voice = Voice()
    house = open_for_hashing(workspace)
    _say(voice, "safelight", f"{version('safelight')}, Python {platform.python_version()}, {platform.machine()}")
    is_sound = _say_kernel(voice, house)
    _say(voice, "formats", f"{', '.join(Format)} (quick PNG: {'yes' if IS_QUICK else 'no, Pillow reads them'})")
    is_sound = is_sound & _say_sandbox(voice, house) & _say_database(voice, house)
    return exit_status.NOTHING if is_sound else exit_status.UNAVAILABLE


def _say(voice: Voice, name: str, text: str) -> None:
    voice.say(f"{name:<10} {text}")


def _say_kernel(voice: Voice, house: House) -> bool:
    try:
        flavour = which_flavour(Flavour(house.settings.kernel))
    except SafelightError as error:
        _say(voice, "kernel", f"unusable: {error}")
        return False
    _say(voice, "kernel", f"{flavour} (processor level: {simd_level()})")
    _say(voice, "search", search_words(house.settings.kernel))
    return True


def _say_sandbox(voice: Voice, house: House) -> bool:
    try:
        with open_pool(house.settings, 1) as pool:
            layers = pool.layers
    except SafelightError as error:
        _say(voice, "sandbox", f"unusable: {error}")
        return False
    for layer in layers:
        _say(voice, "sandbox", f"{'on ' if layer.is_on else 'OFF'} {layer.name.value}: {layer.detail}")
    _say(voice, "sandbox", f"rule {house.settings.sandbox_rule}")
    return True


def _say_database(voice: Voice, house: House) -> bool:
    folder: Path = house.settings.workspace
    if not (folder / FILE_NAME).exists():
        _say(voice, "workspace", f"none in {folder} (safelight init makes one)")
        return True
    try:
        kind = house.engine.dialect.name
        is_sound = is_current(house.engine)
    except (SafelightError, OSError) as error:
        _say(voice, "database", f"unusable: {error}")
        return False
    _say(voice, "database", f"{kind}, {'up to date' if is_sound else 'outdated: run safelight db upgrade'}")
    return is_sound and _say_indexes(voice, house) and _say_evidence(voice, house)


def _say_indexes(voice: Voice, house: House) -> bool:
    """Say what is saved; an index that is refused is no fault, for it is built anew."""
    try:
        for name, text in index_lines(house):
            _say(voice, name, text)
    except (SafelightError, OSError) as error:
        _say(voice, "index", f"unusable: {error}")
        return False
    return True


def _say_evidence(voice: Voice, house: House) -> bool:
    """Say how keys, sealed bytes and jobs are; that there are no keys yet, or dead jobs, is no fault."""
    is_sound = True
    for name, words in _EVIDENCE:
        try:
            _say(voice, name, words(house))
        except SafelightError as error:
            _say(voice, name, f"unusable: {error}")
            is_sound = False
    return is_sound


_EVIDENCE = (
    ("keys", key_words),
    ("store", store_words),
    ("jobs", job_words),
    ("seen", recent_words),
    ("reports", report_words),
    ("due", due_words),
)
