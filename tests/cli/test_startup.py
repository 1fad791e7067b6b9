"""Before a scan begins it says which code hashes and which layers of the sandbox hold."""

import pytest

from safelight.app import Scanner
from safelight.cli.startup import announce
from safelight.clock import SystemClock
from safelight.hashing.pdq import which_flavour
from safelight.sandbox.layer import Layer, LayerName


def _scanner(*are_on: bool) -> Scanner:
    names = list(LayerName)
    layers = tuple(Layer(name=names[number], is_on=is_on, detail="why") for number, is_on in enumerate(are_on))
    return Scanner(clock=SystemClock(), hashers=(), matcher=None, layers=layers)


def test_all_layers_are_told_in_short(capsys: pytest.CaptureFixture[str]) -> None:
    announce(_scanner(True, True), "auto")
    said = capsys.readouterr().err
    assert said.startswith(f"Hashing: {which_flavour()}")
    assert "Sandbox: all 2 layers hold." in said


def test_a_missing_layer_is_named_with_its_reason_and_the_setting(capsys: pytest.CaptureFixture[str]) -> None:
    announce(_scanner(True, False), "twin")
    said = capsys.readouterr().err
    assert "Hashing: twin, slower" in said
    assert f"WITHOUT {list(LayerName)[1]} (why)" in said
    assert "sandbox_rule" in said


def test_a_scan_begins_with_it(run, originals, capfd: pytest.CaptureFixture[str]) -> None:
    run("scan", originals)
    assert "layers hold." in capfd.readouterr().err
