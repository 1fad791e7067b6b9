"""Drafting the details of a file: what the platform told of it, what was decided, and which lists knew it."""

from collections.abc import Iterator

from safelight.intake.media import Answer
from safelight.reporting.destinations.ncmec.fitting import Fitting, spelled
from safelight.reporting.destinations.ncmec.forming import HOUSE_NAMES
from safelight.reporting.destinations.ncmec.model.capture import EventName, IpCaptureEvent
from safelight.reporting.destinations.ncmec.model.file import (
    FileAnnotation,
    FileDetails,
    FileRelevance,
    IndustryClassification,
    OriginalFileHash,
)
from safelight.reporting.facts import FileFacts, MatchFact
from safelight.reporting.form.plain_kinds import Moment, Number
from safelight.reporting.form.text_kinds import IpText, Text, Url
from safelight.reporting.form.tree import Tree, to_tree
from safelight.reporting.paper import PaperFile
from safelight.review.decision import Annotation
from safelight.review.scheme import Classification, known_schemes

_INDUSTRY = "ncmec"
_FLAGS = {Answer.YES: True, Answer.NO: False, Answer.UNKNOWN: None}
_ANNOTATIONS = {
    Annotation.DRAWN_OR_ANIMATED: FileAnnotation.ANIME_DRAWING_VIRTUAL_HENTAI,
    Annotation.POTENTIAL_MEME: FileAnnotation.POTENTIAL_MEME,
    Annotation.VIRAL: FileAnnotation.VIRAL,
    Annotation.POSSIBLE_SELF_PRODUCTION: FileAnnotation.POSSIBLE_SELF_PRODUCTION,
    Annotation.PHYSICAL_HARM: FileAnnotation.PHYSICAL_HARM,
    Annotation.VIOLENCE_GORE: FileAnnotation.VIOLENCE_GORE,
    Annotation.BESTIALITY: FileAnnotation.BESTIALITY,
    Annotation.LIVE_STREAMING: FileAnnotation.LIVE_STREAMING,
    Annotation.INFANT: FileAnnotation.INFANT,
    Annotation.GENERATIVE_AI: FileAnnotation.GENERATIVE_AI,
}


def draft_file(facts: FileFacts, fitting: Fitting, *, shares_hashes: bool) -> PaperFile:
    """Return what is known of a file, on the form.

    Which lists knew it stands in the text: the form's `details` of the type HASH are for values, and a list's name is
    none. Whether it was viewed is no part of it (see `forming`).
    """
    origin = facts.origin
    details = FileDetails(
        report_id=1,
        file_id="file",
        original_file_name=fitting.fit(Text(2056), origin.original_file_name, "The name of the file"),
        uploaded_to_esp_timestamp=fitting.fit(Moment(), origin.uploaded_at, "The time of the upload"),
        location_of_file=fitting.fit(Url(), origin.location_url, "Where the file was"),
        publicly_available=_FLAGS[origin.publicly_available],
        file_relevance=FileRelevance.REPORTED,
        file_annotations=frozenset(_ANNOTATIONS[each] for each in facts.annotations),
        industry_classification=_classification(facts.classification) if shares_hashes else None,
        original_file_hashes=tuple(_hashes(facts)),
        ip_capture_event=upload_address(facts, fitting),
    )
    _tell_more(facts, fitting)
    tree = to_tree(details) | {"additionalInfo": fitting.sentences}
    return PaperFile(
        evidence_id=facts.evidence_id, viewed_before_intake=origin.viewed_before_intake, details=_of_paper(tree)
    )


def upload_address(facts: FileFacts, fitting: Fitting) -> IpCaptureEvent | None:
    """Return the address that a file was uploaded from, with port and time, as far as the form takes each."""
    origin = facts.origin
    address = fitting.fit(IpText(), origin.ip_address, "The IP address of the upload")
    port = fitting.fit(Number(1, 65_535), origin.port, "The port of the upload")
    if address is None:
        if port is not None:
            fitting.tell(f"The port of the upload, of which no IP address can be given: {port}")
        return None
    at = origin.uploaded_at
    is_told = at is not None and fitting.takes(Moment(), at)
    return IpCaptureEvent(ip_address=address, event_name=EventName.UPLOAD, date_time=at if is_told else None, port=port)


def _classification(told: Classification | None) -> IndustryClassification | None:
    return IndustryClassification(told.label) if told is not None and told.scheme == _INDUSTRY else None


def _hashes(facts: FileFacts) -> Iterator[OriginalFileHash]:
    for kind, text in (("MD5", facts.md5), ("SHA1", facts.sha1), ("SHA256", facts.sha256)):
        if text:
            yield OriginalFileHash(text=text, hash_type=kind)


def _tell_more(facts: FileFacts, fitting: Fitting) -> None:
    if facts.origin.platform_content_id:
        fitting.tell(f"The platform's identifier of this content: {facts.origin.platform_content_id}")
    if facts.origin.uploaded_at is None:
        fitting.tell(f"When it was uploaded is not known. It came to be checked at {spelled(facts.arrived_at)}.")
    for match in facts.matches:
        fitting.tell(_match(match))
    if facts.is_unviewed_path:
        fitting.tell("No person decided on this file: it was confirmed by its match alone, as this company has set up.")
    scheme = None if facts.classification is None else known_schemes().get(facts.classification.scheme)
    if facts.classification is not None and scheme is not None and scheme.name != _INDUSTRY:
        fitting.tell(f"This company classified it as {facts.classification.label} ({scheme.title}).")


def _match(match: MatchFact) -> str:
    how = "exactly" if match.kind == "exact" else f"nearly, at the distance {match.distance},"
    return f"It matched {how} an entry of the hash list {match.bank_name}, by {match.signal_type}."


def _of_paper(tree: Tree) -> Tree:
    return {key: each for key, each in tree.items() if key not in HOUSE_NAMES and each != []}
