"""The sheet as plain text has every script, and nothing that does more than be read."""

from dataclasses import replace

from safelight.reporting.destinations.package.sheet.plain import plain_sheet
from safelight.reporting.destinations.package.sheet.writing import write_sheet


def test_it_is_utf_8_and_has_the_characters_as_they_were_written(sender) -> None:
    report = replace(sender.FULL, remarks="\u041f\u0440\u0438\u0432\u0435\u0442, \u4f60\u597d \u202e!")
    told = plain_sheet(write_sheet(sender.setup, sender.MARK, report, ())).decode()
    assert "\u041f\u0440\u0438\u0432\u0435\u0442, \u4f60\u597d [U+202E]!" in told
    assert "!!! A child may be in danger now" in told
    assert "    Port: 40123" in told


def test_no_text_of_a_stranger_looks_like_a_line_of_the_sheet(sender) -> None:
    account = replace(sender.ACCOUNT, profile_text="hello\nAccount id: another")
    told = plain_sheet(write_sheet(sender.setup, sender.MARK, replace(sender.FULL, account=account), ())).decode()
    assert "\nAccount id: another" not in told


def test_a_test_says_so(sender) -> None:
    told = plain_sheet(write_sheet(replace(sender.setup, is_test=True), sender.MARK, sender.BRIEF, ())).decode()
    assert "*** TEST ***" in told
