"""The two documents that are sent: a report, and the details of a file."""

from safelight.testing.authority.model.incident import DETAILS, SUMMARY
from safelight.testing.authority.model.kinds import (
    COUNTRY,
    FIXED_TRUE,
    FLAG,
    LONG,
    MOMENT,
    TEXT,
    TOKEN,
    URL,
    text,
    word,
)
from safelight.testing.authority.model.people import CONTACT_PERSON, RECIPIENT, REPORTED, REPORTING_PERSON, VICTIM
from safelight.testing.authority.model.shape import (
    Field,
    OneOf,
    Shape,
    attribute,
    many,
    maybe,
    one,
    sequence,
    some,
    told,
)
from safelight.testing.authority.model.traces import DEVICE, IP_CAPTURE

_BATCHED = Shape(
    name="batchedReport", attributes=(attribute("reason", word("VIRAL_POTENTIAL_MEME"), is_required=True),)
)
_LAW_ENFORCEMENT = sequence(
    "lawEnforcement",
    one("agencyName", text(255)),
    maybe("caseNumber", text(100)),
    maybe("officerContact", CONTACT_PERSON),
    maybe("reportedToLe", FLAG),
    maybe("servedLegalProcessDomestic", FLAG),
    maybe("servedLegalProcessInternational", told("servedAbroad", FLAG, attribute("fleaCountry", COUNTRY))),
)
_REPORTER = sequence(
    "reporter",
    one("reportingPerson", REPORTING_PERSON),
    maybe("contactPerson", CONTACT_PERSON),
    maybe("companyTemplate", TEXT),
    maybe("termsOfService", text(3000)),
    maybe("legalURL", URL),
)

REPORT: Field = one(
    "report",
    sequence(
        "report",
        maybe("batchedReport", _BATCHED),
        one("incidentSummary", SUMMARY),
        many("internetDetails", DETAILS),
        maybe("lawEnforcement", _LAW_ENFORCEMENT),
        one("reporter", _REPORTER),
        many("personOrUserReported", REPORTED),
        many("intendedRecipient", RECIPIENT),
        many("victim", VICTIM),
        maybe("additionalInfo", TEXT),
    ),
)

_FILE_ANNOTATIONS = Shape(
    name="fileAnnotations",
    parts=tuple(
        maybe(name, FIXED_TRUE)
        for name in (
            "animeDrawingVirtualHentai",
            "potentialMeme",
            "viral",
            "possibleSelfProduction",
            "physicalHarm",
            "violenceGore",
            "bestiality",
            "liveStreaming",
            "infant",
            "generativeAi",
        )
    ),
    is_unordered=True,
)
_PAIR = sequence("nameValuePair", one("name", text(64)), one("value", TEXT))

FILE_DETAILS: Field = one(
    "fileDetails",
    sequence(
        "fileDetails",
        one("reportId", LONG),
        one("fileId", TOKEN),
        maybe("fileName", TEXT),
        maybe("originalFileName", text(2056)),
        maybe("uploadedToEspTimestamp", MOMENT),
        maybe("locationOfFile", URL),
        maybe("fileViewedByEsp", FLAG),
        maybe("exifViewedByEsp", FLAG),
        maybe("publiclyAvailable", FLAG),
        maybe("fileRelevance", word("Reported", "Supplemental Reported")),
        OneOf(fields=(one("potentialMeme", FLAG), one("fileAnnotations", _FILE_ANNOTATIONS)), least=0),
        maybe("industryClassification", word("A1", "A2", "B1", "B2")),
        many("originalFileHash", told("fileHash", TEXT, attribute("hashType", text(64), is_required=True))),
        maybe("ipCaptureEvent", IP_CAPTURE),
        many("deviceId", DEVICE),
        many(
            "details",
            sequence(
                "fileFacts",
                some("nameValuePair", _PAIR),
                attributes=[attribute("type", word("EXIF", "HASH"), is_required=True)],
            ),
        ),
        many("additionalInfo", TEXT),
    ),
)
