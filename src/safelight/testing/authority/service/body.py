"""Reading the body of a call to its end. What is too much is read and thrown away, so that the answer can be read."""

from starlette.requests import Request

from safelight.testing.authority.code import Code
from safelight.testing.authority.refused import Refused
from safelight.testing.authority.service.asked import Asked
from safelight.testing.authority.service.form import FormReading
from safelight.testing.authority.state.calls import GETS, Call

MOST_XML_BYTES = 16 << 20
"""Our own limit: what the authority takes is not known."""

_DOCUMENTS = {Call.SUBMIT, Call.FILEINFO}
_XML_TYPES = {"text/xml", "application/xml"}


async def read_asked(request: Request, call: Call) -> Asked:
    """Return what a call brought. Raises Refused, once all of it was read: 4000 or 4200."""
    if call in _DOCUMENTS:
        return Asked(document=await _document(request))
    if call in GETS:
        async for _ in request.stream():
            pass
        return Asked()
    reading = FormReading(request.headers.get("content-type", ""))
    async for piece in request.stream():
        reading.take(piece)
    return Asked(form=reading.ended())


async def _document(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        if len(body) <= MOST_XML_BYTES:
            body += piece
    if len(body) > MOST_XML_BYTES:
        raise Refused(Code.INVALID_REQUEST, f"The document has more than {MOST_XML_BYTES} bytes.")
    if not _says_xml(request.headers.get("content-type", "")):
        raise Refused(Code.INVALID_REQUEST, "The body has to be text/xml in UTF-8.")
    return bytes(body)


def _says_xml(content_type: str) -> bool:
    kind, _, rest = content_type.lower().partition(";")
    charset = rest.replace('"', "").replace(" ", "")
    return kind.strip() in _XML_TYPES and charset in {"", "charset=utf-8"}
