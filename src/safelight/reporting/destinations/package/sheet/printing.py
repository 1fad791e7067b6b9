"""Printing: the sheet as a PDF on A4. The same sheet gives the same bytes: no clock, no chance, fonts within.

The fonts are Bitstream Vera, which comes with reportlab: Latin letters, with the marks of Western Europe. What they do
not have stands as its number, as `showing` says, and the sheet says so.
"""

import io
import unicodedata
from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any

from reportlab.lib.colors import Color, black, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from safelight.reporting.destinations.package.sheet.sheet import Entry, Heading, Item, Passage, Sheet
from safelight.reporting.destinations.package.sheet.showing import is_readable, shown

_PLAIN, _BOLD = "Vera", "VeraBd"
_FILES = {_PLAIN: "Vera.ttf", _BOLD: "VeraBd.ttf"}
_MARGIN, _LABELS = 18 * mm, 44 * mm
_RUNNING = 110
"""The most characters that the line on top of each page has room for. The whole of it is on the first page."""

_GREY, _ALARM = Color(0.35, 0.35, 0.35), Color(0.6, 0, 0)
_BASE = ParagraphStyle("base", fontName=_PLAIN, fontSize=9, leading=12.5, textColor=black, splitLongWords=1)
_TITLE = ParagraphStyle("title", _BASE, fontName=_BOLD, fontSize=15, leading=19, spaceAfter=8)
_HEADINGS = {
    1: ParagraphStyle(
        "h1", _BASE, fontName=_BOLD, fontSize=11.5, leading=15, spaceBefore=12, spaceAfter=4, keepWithNext=1
    ),
    2: ParagraphStyle("h2", _BASE, fontName=_BOLD, fontSize=9.5, spaceBefore=8, spaceAfter=2, keepWithNext=1),
    3: ParagraphStyle("h3", _BASE, textColor=_GREY, leftIndent=6 * mm, spaceBefore=4, spaceAfter=1, keepWithNext=1),
}
_PASSAGE = ParagraphStyle("passage", _BASE, spaceAfter=8)
_ALARMING = ParagraphStyle(
    "alarm",
    _BASE,
    fontName=_BOLD,
    textColor=white,
    backColor=_ALARM,
    borderColor=_ALARM,
    borderPadding=5,
    borderWidth=1,
    spaceBefore=4,
    spaceAfter=12,
)


def print_sheet(sheet: Sheet) -> bytes:
    """Return a sheet as a PDF."""
    fonts = _Fonts()
    flow: list[Any] = [Paragraph(_marked(sheet.title, fonts), _TITLE)]
    flow += [part for item in sheet.items for part in _parts(item, fonts)]
    if fonts.has_hidden:
        flow.insert(1, Paragraph(_marked(sheet.unshown, fonts), _PASSAGE))
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=22 * mm,
        bottomMargin=20 * mm,
        title=sheet.title,
        lang=sheet.language,
        invariant=1,
    )
    document.build(flow, canvasmaker=_pages_of(sheet, fonts))
    return target.getvalue()


class _Fonts:
    """The fonts, and whether anything could not be shown in them."""

    def __init__(self) -> None:
        self._glyphs = _glyphs()
        self.has_hidden = False

    def can_show(self, character: str) -> bool:
        can = ord(character) in self._glyphs and is_readable(character)
        self.has_hidden = self.has_hidden or not can
        return can


@cache
def _glyphs() -> frozenset[int]:
    """Let reportlab know the fonts, and return the characters that all of them have."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, file))
    return frozenset.intersection(*(frozenset(pdfmetrics.getFont(name).face.charToGlyph) for name in _FILES))


def _marked(text: str, fonts: _Fonts) -> str:
    """Return a text as reportlab's markup that says exactly it: escaped, with its line ends and its runs of spaces."""
    lines = shown(unicodedata.normalize("NFC", text), fonts.can_show).split("\n")
    return "<br/>".join(escape(line).replace("  ", " \N{NO-BREAK SPACE}") for line in lines)


def _parts(item: Item, fonts: _Fonts) -> Iterator[Any]:
    match item:
        case Heading(text=text, level=level):
            yield Paragraph(_marked(text, fonts), _HEADINGS[level])
        case Entry(label=label, text=text, level=level):
            yield Paragraph(_marked(text, fonts), _entry_style(level), bulletText=label)
        case Passage(text=text, is_alarm=is_alarm):
            yield Paragraph(_marked(text, fonts), _ALARMING if is_alarm else _PASSAGE)


def _entry_style(level: int) -> ParagraphStyle:
    indent = 6 * mm if level > 2 else 0
    return ParagraphStyle(
        f"entry{level}",
        _BASE,
        leftIndent=_LABELS,
        bulletIndent=indent,
        bulletFontName=_PLAIN,
        bulletFontSize=8,
        bulletColor=_GREY,
        spaceAfter=1.5,
    )


def _pages_of(sheet: Sheet, fonts: _Fonts) -> type[Canvas]:
    """Return a canvas that writes on each page which it is, and of how many: that is known when all are there."""
    running = shown(sheet.running, fonts.can_show)
    running = running if len(running) <= _RUNNING else f"{running[:_RUNNING]}\N{HORIZONTAL ELLIPSIS}"

    class Pages(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            self._held: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._held.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            count = len(self._held)
            for number, page in enumerate(self._held, start=1):
                self.__dict__.update(page)
                _frame(self, sheet, running, sheet.page.format(page=number, pages=count))
                super().showPage()
            super().save()

    return Pages


def _frame(canvas: Canvas, sheet: Sheet, running: str, page: str) -> None:
    width, height = A4
    if sheet.stamp:
        canvas.saveState()
        canvas.translate(width / 2, height / 2)
        canvas.rotate(55)
        canvas.setFillColor(Color(0.8, 0, 0, alpha=0.13))
        canvas.setFont(_BOLD, 120)
        canvas.drawCentredString(0, -40, sheet.stamp)
        canvas.restoreState()
    canvas.saveState()
    canvas.setFillColor(_GREY)
    canvas.setFont(_PLAIN, 7.5)
    canvas.drawString(_MARGIN, height - 13 * mm, running)
    canvas.drawString(_MARGIN, 11 * mm, sheet.stamp or sheet.title)
    canvas.drawRightString(width - _MARGIN, 11 * mm, page)
    canvas.setStrokeColor(_GREY)
    canvas.line(_MARGIN, height - 15 * mm, width - _MARGIN, height - 15 * mm)
    canvas.restoreState()
