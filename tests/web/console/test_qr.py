"""QR codes are drawn here, dark on light, and can be put into a page under the strict policy."""

import re

from safelight.web.console.qr import qr_svg


def test_a_code_is_one_svg_element_with_a_title_and_no_style() -> None:
    drawn = qr_svg("otpauth://totp/Safelight:ada?secret=ABC", title='A "code" <b>')
    assert drawn.startswith('<svg role="img" class="qr"')
    assert "<title>A &quot;code&quot; &lt;b&gt;</title>" in drawn or '<title>A "code" &lt;b&gt;</title>' in drawn
    assert "style=" not in drawn
    assert "ABC" not in drawn
    assert re.search(r'(fill|stroke)="#(fff|000)"', drawn)
