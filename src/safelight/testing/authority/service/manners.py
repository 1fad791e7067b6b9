"""What is not known of the real service, as switches: a sender has to live with either answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the fake behaves where the published facts say nothing, or say two things.

    `errors_in_200`: every refusal comes with HTTP status 200, as old recordings show, and only the code tells.
    `bare_401`: who is not known gets no body. `one_fileinfo`: details of a file are taken once; else the last count.
    """

    errors_in_200: bool = False
    bare_401: bool = False
    one_fileinfo: bool = False
