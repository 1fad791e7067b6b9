"""QR codes, drawn here and put into the page itself: no other site learns what is in them."""

import segno
from markupsafe import Markup

_QUIET_ZONE = 4  # modules, as ISO/IEC 18004 asks for


def qr_svg(text: str, *, title: str) -> Markup:
    """Return a QR code as an SVG element: dark on light in every theme, for cameras read nothing else well."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(scale=5, border=_QUIET_ZONE, dark="#000", light="#fff", title=title, omitsize=True)
    return Markup(drawn).replace("<svg ", Markup('<svg role="img" class="qr" '), 1)  # noqa: S704 - drawn here
