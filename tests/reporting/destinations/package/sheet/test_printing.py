"""The printed sheet is the same for the same report, and holds text and fonts, and no picture."""

import re
from dataclasses import replace

from reportlab.platypus import Paragraph

from safelight.reporting.destinations.package.sheet import printing
from safelight.reporting.destinations.package.sheet.printing import print_sheet
from safelight.reporting.destinations.package.sheet.writing import write_sheet


def printed(sender, report=None, **setup) -> bytes:
    return print_sheet(write_sheet(replace(sender.setup, **setup), sender.MARK, report or sender.FULL, ()))


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_the_same_report_gives_the_same_bytes_and_another_gives_others(sender) -> None:
    assert printed(sender) == printed(sender)
    assert printed(sender) != printed(sender, replace(sender.FULL, remarks="else"))


def test_it_has_its_fonts_within_and_no_picture_no_action_and_no_time(sender) -> None:
    pdf = printed(sender)
    assert b"/FontFile2" in pdf
    assert b"/Subtype /Image" not in pdf
    assert not any(each in pdf for each in (b"/JavaScript", b"/URI", b"/Launch", b"/EmbeddedFile"))
    assert b"/CreationDate (D:20000101000000" in pdf


def test_markup_of_a_stranger_is_text(sender) -> None:
    report = replace(
        sender.FULL, remarks='<img src="file:///etc/passwd"/> <a href="http://x.example">&amp; </font> ]]>'
    )
    assert b"/URI" not in printed(sender, report)


def test_a_long_text_without_a_space_goes_over_several_pages(sender) -> None:
    short, long = printed(sender, sender.BRIEF), printed(sender, replace(sender.BRIEF, remarks="x" * 20_000))
    assert pages(long) >= pages(short) + 3


def test_many_lines_of_an_entry_go_over_several_pages(sender) -> None:
    account = replace(sender.ACCOUNT, profile_text="line\n" * 400)
    assert pages(printed(sender, replace(sender.BRIEF, account=account))) >= 6


def test_what_the_fonts_do_not_have_is_told_once_on_top(sender, monkeypatch) -> None:
    said = []

    def noting(text: str, *args, **more) -> Paragraph:
        said.append(text)
        return Paragraph(text, *args, **more)

    monkeypatch.setattr(printing, "Paragraph", noting)
    printed(sender, replace(sender.BRIEF, summary="\u0416 e\u0301", remarks="a  b < c\nd"))
    assert "[U+0416] \u00e9" in said
    assert "a \u00a0b &lt; c<br/>d" in said
    assert sum("cannot be printed" in each for each in said) == 1
    said.clear()
    printed(sender, replace(sender.BRIEF, summary="J\u00fcrgen, 5 \u20ac"))
    assert not any("cannot be printed" in each for each in said)


def test_a_test_is_stamped_across_every_page(sender) -> None:
    report = replace(sender.FULL, remarks="word " * 4000)
    pdf, stamped = printed(sender, report), printed(sender, report, is_test=True)
    assert pages(pdf) > 4
    assert len(re.findall(rb"/ca \.13", stamped)) == pages(stamped)
    assert b"/ca .13" not in pdf
