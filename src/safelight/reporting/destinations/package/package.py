"""The destination: makes a package, which a person hands over, and deletes it where that is given up before.

What opened a package stays in the memory of what opened it: nobody goes on with what another began, so nothing of it is
ever written down in the clear, nor sealed to ourselves.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from safelight.clock import Clock
from safelight.errors import InvalidValue, KeysUnusable
from safelight.keys.interface import KeyService
from safelight.reporting.completeness import Completeness
from safelight.reporting.destinations.interface import Answer, Done, Exchange, Form, Meaning, Refused, Uploaded
from safelight.reporting.destinations.package.checking import FORM_NAME, check_file, check_paper
from safelight.reporting.destinations.package.drafting import draft_paper
from safelight.reporting.destinations.package.folder import Folder, FolderFault, Standing
from safelight.reporting.destinations.package.making import Making
from safelight.reporting.destinations.package.model.file import ReportedFile
from safelight.reporting.destinations.package.model.report import PackageReport
from safelight.reporting.destinations.package.setup import PackageSetup
from safelight.reporting.destinations.package.telling import (
    Description,
    Opening,
    description_bytes,
    opening_bytes,
    read_description,
    read_opening,
)
from safelight.reporting.destinations.package.wants import completeness_of
from safelight.reporting.facts import CaseFacts
from safelight.reporting.form.fault import Fault, refuse_faults
from safelight.reporting.paper import Paper
from safelight.review.exposure.viewing import Viewed
from safelight.sandbox.content import Content
from safelight.vault.age_file import parse_recipients

FORM = Form(name=FORM_NAME, report=PackageReport, file=ReportedFile)

_Value = TypeVar("_Value")


class PackageDestination:
    """A recipient to whom packages are handed over by a person. `keys` sign them; `name` is the operator's for it.

    An authority id is the name of a package. Several threads may share one, each with a report of its own.
    """

    def __init__(self, setup: PackageSetup, *, name: str, keys: KeyService, clock: Clock) -> None:
        self._setup, self._name, self._keys, self._clock = setup, name, keys, clock
        self._folder = Folder(setup.folder)
        self._makings: dict[str, Making] = {}

    @property
    def name(self) -> str:
        """The operator's name for it."""
        return self._name

    @property
    def is_test(self) -> bool:
        """Whether what it takes counts as nothing."""
        return self._setup.is_test

    @property
    def is_handed_over(self) -> bool:
        """Always: a package counts as filed when a person has handed it over."""
        return True

    @property
    def form(self) -> Form:
        """The form of its papers."""
        return FORM

    # What is said

    def draft(self, facts: CaseFacts) -> Paper:
        """Return what this house knows of a case, on the form."""
        return draft_paper(facts, self._setup.service)

    def faults(self, paper: Paper, now: datetime) -> list[Fault]:
        """Return why a paper cannot be sent, with the path of each field."""
        return list(check_paper(paper, now).faults)

    def completeness(self, paper: Paper) -> Completeness:
        """Return how complete a paper is."""
        return completeness_of(paper)

    def document(self, paper: Paper, mark: str) -> bytes:
        """Return what opens a package. Raises `InvalidValue` for faults."""
        checked = check_paper(paper, self._clock.now())
        refuse_faults(checked.faults)
        if checked.report is None:
            raise InvalidValue("A paper without a report cannot be sent. Nothing was sent.")
        return opening_bytes(Opening(mark=mark, report=checked.report, evidence_ids=paper.evidence_ids))

    def description(self, paper: Paper, viewed: Viewed, *, evidence_id: str, authority_id: str, file_id: str) -> bytes:
        """Return what is said of a file. Raises `InvalidValue` for faults."""
        record, faults = check_file(paper, evidence_id, self._clock.now())
        refuse_faults(faults)
        return description_bytes(
            Description(package=authority_id, file_id=file_id, evidence_id=evidence_id, record=record, viewed=viewed)
        )

    # The wire

    def open(self, document: bytes) -> Answer[str]:
        """Begin a package; the value is its name."""
        return self._told(lambda: self._begin(document))

    def upload(self, authority_id: str, evidence_id: str, content: Content) -> Answer[Uploaded]:
        """Encrypt a file into a package. What reading it raises is passed on."""
        making = self._makings.get(authority_id)
        if making is None:
            return self._stranger(authority_id)
        return self._told(lambda: self._pack(making, evidence_id, content), making)

    def describe(self, description: bytes) -> Answer[None]:
        """Keep what is said of a file until the package is finished."""
        told = read_description(description)
        making = self._makings.get(told.package)
        if making is None:
            return self._stranger(told.package)
        if not making.describe(told):
            return Refused(meaning=Meaning.LATER, sentence="The package has no file of that name. It is made anew.")
        return Done(value=None)

    def finish(self, authority_id: str) -> Answer[None]:
        """Write what is still missing, and give the package its name, at once and whole."""
        making = self._makings.get(authority_id)
        if making is None:
            return self._stranger(authority_id)
        return self._told(lambda: self._finish(making), making)

    def retract(self, authority_id: str) -> Answer[None]:
        """Remove a package that is not finished."""
        return self._told(lambda: self._retract(authority_id))

    def discard(self, authority_id: str) -> Answer[None]:
        """Delete a finished package that nobody will hand over. Safe to run twice."""
        return self._told(lambda: self._discard(authority_id))

    # Their work

    def _begin(self, document: bytes) -> Answer[str]:
        try:
            recipients = parse_recipients(self._setup.recipient_keys)
        except InvalidValue as error:
            return Refused(meaning=Meaning.FAULTY, sentence=str(error))
        name, file = self._folder.begin()
        making = Making(name, file, read_opening(document), recipients, made_at=self._clock.now())
        self._makings[name] = making
        try:
            making.begin(is_test=self._setup.is_test)
        except FolderFault:
            self._give_up(making)
            raise
        return Done(value=name)

    def _pack(self, making: Making, evidence_id: str, content: Content) -> Answer[Uploaded]:
        packed = making.pack(evidence_id, content)
        if packed is None:
            sentence = "A file came twice, or other than it is. The package is made anew."
            return Refused(meaning=Meaning.LATER, sentence=sentence)
        return Done(value=Uploaded(file_id=packed.part, md5=packed.md5))

    def _finish(self, making: Making) -> Answer[None]:
        if not making.is_whole:
            sentence = "A file of the report is not in the package, or nothing was said of it. It is made anew."
            return Refused(meaning=Meaning.LATER, sentence=sentence)
        signed = making.complete(self._setup, self._keys)
        is_finished = self._folder.finish(making.name, making.file)
        self._forget(making.name)
        if not is_finished:
            return Refused(meaning=Meaning.RETRACTED, sentence="The package was retracted while it was made.")
        return Done(value=None, exchange=Exchange(received=signed))

    def _retract(self, name: str) -> Answer[None]:
        stood = self._folder.retract(name)
        self._forget(name)
        if stood is Standing.FINISHED:
            return _finished()
        return Done(value=None) if stood is Standing.PART else _unknown()

    def _discard(self, name: str) -> Answer[None]:
        self._folder.discard(name)
        self._forget(name)
        return Done(value=None)

    def _stranger(self, name: str) -> Answer[_Value]:
        """Say what lies under a name that this process has not begun, or not any more."""
        return self._told(lambda: _standing(self._folder.standing(name)))

    def _told(self, act: Callable[[], Answer[_Value]], making: Making | None = None) -> Answer[_Value]:
        """Tell faults of the folder and of the keys as refusals; what was being made is then given up at once."""
        try:
            return act()
        except (FolderFault, KeysUnusable) as error:
            if making is not None:
                self._give_up(making)
            why = str(error).removesuffix(".")
            return Refused(meaning=Meaning.LATER, sentence=f"{why}. It goes on by itself once that is mended.")

    def _give_up(self, making: Making) -> None:
        """Free the disk; where even that cannot be done, the part goes when the next package is begun."""
        with suppress(FolderFault):
            self._folder.retract(making.name)
        self._forget(making.name)

    def _forget(self, name: str) -> None:
        making = self._makings.pop(name, None)
        if making is not None:
            making.close()


def _standing(stands: Standing) -> Refused:
    if stands is Standing.FINISHED:
        return _finished()
    if stands is Standing.PART:
        sentence = "The package was begun by another process, which alone can finish it. It is made anew."
        return Refused(meaning=Meaning.LATER, sentence=sentence)
    return _unknown()


def _finished() -> Refused:
    return Refused(meaning=Meaning.FINISHED, sentence="The package is finished.")


def _unknown() -> Refused:
    return Refused(meaning=Meaning.UNKNOWN_REPORT, sentence="There is no package of this name that is being made.")
