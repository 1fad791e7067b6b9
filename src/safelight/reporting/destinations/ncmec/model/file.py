"""A file of a report: what `/fileinfo` takes, once for each file that was uploaded."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from safelight.reporting.destinations.ncmec.model.capture import DeviceId, IpCaptureEvent
from safelight.reporting.form.plain_kinds import Choice, Flag, Moment, Number
from safelight.reporting.form.slot import Attribute, Body, Element, Tags
from safelight.reporting.form.text_kinds import Form, Text, Url


class FileRelevance(StrEnum):
    """Whether a file is what is reported, or goes along with it. The authority takes a file for the former."""

    REPORTED = "Reported"
    SUPPLEMENTAL = "Supplemental Reported"


class FileAnnotation(StrEnum):
    """What a file is marked with."""

    ANIME_DRAWING_VIRTUAL_HENTAI = "animeDrawingVirtualHentai"
    POTENTIAL_MEME = "potentialMeme"
    VIRAL = "viral"
    POSSIBLE_SELF_PRODUCTION = "possibleSelfProduction"
    PHYSICAL_HARM = "physicalHarm"
    VIOLENCE_GORE = "violenceGore"
    BESTIALITY = "bestiality"
    LIVE_STREAMING = "liveStreaming"
    INFANT = "infant"
    GENERATIVE_AI = "generativeAi"


class IndustryClassification(StrEnum):
    """The industry's scale. A: prepubescent, B: pubescent; 1: a sex act, 2: lascivious exhibition.

    Only for companies that signed the memorandum of the industry's hash sharing (facts, review-and-reporting.md 2.4).
    """

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"


class DetailType(StrEnum):
    """What pairs of names and values are about."""

    EXIF = "EXIF"
    HASH = "HASH"


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalFileHash:
    """A hash of the file as it was uploaded, before the service changed it. It is kept out of `repr`."""

    text: Annotated[str, Body(Text())]
    hash_type: Annotated[str, Attribute(Text(64))]

    def __repr__(self) -> str:
        """Name the type alone: hash values are nothing for a log."""
        return f"OriginalFileHash({self.hash_type!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameValuePair:
    """One fact about a file, by its name."""

    name: Annotated[str, Element(Text(64))]
    value: Annotated[str, Element(Text())]


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Facts about a file: at least one pair."""

    type: Annotated[DetailType, Attribute(Choice(DetailType))]
    pairs: Annotated[tuple[NameValuePair, ...], Element(name="nameValuePair", is_needed=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDetails:
    """What is known of one uploaded file.

    `file_viewed_by_esp` and `exif_viewed_by_esp` speak of the whole file and are left out where that is not known.
    `potential_meme` is the older form of the annotation of that name; a file has one form or the other.
    """

    report_id: Annotated[int, Element(Number(1))]
    file_id: Annotated[str, Element(Form(pattern=r"\S+", says="an id of a file as /upload gave it"))]
    file_name: Annotated[str | None, Element(Text(2056))] = None
    original_file_name: Annotated[str | None, Element(Text(2056))] = None
    uploaded_to_esp_timestamp: Annotated[datetime | None, Element(Moment())] = None
    location_of_file: Annotated[str | None, Element(Url())] = None
    file_viewed_by_esp: Annotated[bool | None, Element(Flag())] = None
    exif_viewed_by_esp: Annotated[bool | None, Element(Flag())] = None
    publicly_available: Annotated[bool | None, Element(Flag())] = None
    file_relevance: Annotated[FileRelevance | None, Element(Choice(FileRelevance))] = None
    potential_meme: Annotated[bool | None, Element(Flag())] = None
    file_annotations: Annotated[frozenset[FileAnnotation], Tags(FileAnnotation)] = frozenset()
    industry_classification: Annotated[IndustryClassification | None, Element(Choice(IndustryClassification))] = None
    original_file_hashes: Annotated[tuple[OriginalFileHash, ...], Element(name="originalFileHash")] = ()
    ip_capture_event: Annotated[IpCaptureEvent | None, Element()] = None
    device_ids: Annotated[tuple[DeviceId, ...], Element(name="deviceId")] = ()
    details: Annotated[tuple[Details, ...], Element()] = ()
    additional_infos: Annotated[tuple[str, ...], Element(Text(), name="additionalInfo")] = ()
