"""Words: the closed lists of the form `package/1`. The sheet has each of them in its language."""

from enum import StrEnum


class TimeMeaning(StrEnum):
    """What the time of an incident is the time of."""

    UPLOAD = "upload"
    MESSAGE = "message"
    COMPLAINT = "complaint"
    DETECTION = "detection"
    OTHER = "other"


class Detection(StrEnum):
    """How it came to light."""

    HASH_LIST = "hash_list"
    COMPLAINT = "complaint"
    STAFF = "staff"
    OTHER = "other"


class PlaceKind(StrEnum):
    """What kind of place it happened in."""

    WEB_PAGE = "web_page"
    CHAT = "chat"
    EMAIL = "email"
    GAME = "game"
    LIVE_STREAM = "live_stream"
    FILE_STORE = "file_store"
    PEER_TO_PEER = "peer_to_peer"
    PHONE = "phone"
    OFFLINE = "offline"
    OTHER = "other"


class AddressUse(StrEnum):
    """What a network address was seen doing."""

    UPLOAD = "upload"
    LOGIN = "login"
    REGISTRATION = "registration"
    MESSAGE = "message"
    PURCHASE = "purchase"
    OTHER = "other"


class ActionKind(StrEnum):
    """What the platform did."""

    CONTENT_REMOVED = "content_removed"
    CONTENT_HIDDEN = "content_hidden"
    ACCOUNT_SUSPENDED = "account_suspended"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_LIMITED = "account_limited"
    DATA_PRESERVED = "data_preserved"
    USER_TOLD = "user_told"
    NOTHING_ON_REQUEST = "nothing_on_request"
    OTHER = "other"


class Relation(StrEnum):
    """What another account has to do with the one that is reported."""

    SAME_PERSON = "same_person"
    CONTACT = "contact"
    GROUP = "group"
    OTHER = "other"
