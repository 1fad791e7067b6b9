"""The page about reporting to NCMEC shows a set-up that is taken, and names every field of it."""

import re
from pathlib import Path

import pytest

from safelight.reporting.destinations.ncmec.response_code import MEANINGS, ResponseCode
from safelight.reporting.destinations.ncmec.setup import read_setup, setup_bytes

_PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "report-to-ncmec.md").read_text()


def test_the_set_up_that_is_shown_is_taken() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", _PAGE, re.DOTALL)
    setup = read_setup(example.encode())
    assert setup.profile.esp_service == "Example Pictures"
    assert not setup.profile.shares_hashes


def test_every_field_of_a_set_up_is_in_the_table() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", _PAGE, re.DOTALL)
    fields = set(re.findall(r'"(\w+)":', setup_bytes(read_setup(example.encode())).decode()))
    rows = " ".join(re.findall(r"^\| (`[^|]+) \|", _PAGE, re.MULTILINE))
    told = set(re.findall(r"`(\w+)`", rows))
    assert {"environment", "username", "password", "root", "reporter", "espService", "platform", "sharesHashes"} <= told
    assert told <= fields | {"reporter"}


@pytest.mark.parametrize("code", [each for each in MEANINGS if each is not ResponseCode.OK])
def test_every_code_is_told_what_it_leads_to(code: ResponseCode) -> None:
    assert re.search(rf"\b{int(code)}\b", _PAGE.partition("## What each answer means")[2])
