"""Rules: what fields of a report say about each other. Each is asked where every field by itself is in order.

Sources: facts/standards.md section 2, "Cross-field rules" and the types above it. Where those leave two readings, the
narrower one is taken, so that what passes here passes under both; docs/reference/ncmec.md lists these places.
"""

from collections.abc import Iterator

from safelight.reporting.destinations.ncmec.model.account import PermanentlyDisabled, TemporarilyDisabled
from safelight.reporting.destinations.ncmec.model.associated_account import AssociatedAccount
from safelight.reporting.destinations.ncmec.model.contact import Address
from safelight.reporting.destinations.ncmec.model.file import FileAnnotation, FileDetails, FileRelevance
from safelight.reporting.destinations.ncmec.model.internet import EmailIncident, NewsgroupIncident
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.model.reporter import Reporter
from safelight.reporting.form.checking import Rules
from safelight.reporting.form.fault import Fault
from safelight.reporting.form.plain_kinds import instant


def reported_is_one(report: Report, path: str) -> Iterator[Fault]:
    """Require that a report is about one account at most, unless it is a batched one."""
    if report.batched_report is None and len(report.reported) > 1:
        yield Fault(
            path=f"{path}/personOrUserReported[2]",
            sentence="A report is about one account at most. Make one report for each, or name the others in it.",
        )


def incident_addresses_are_persons(report: Report, path: str) -> Iterator[Fault]:
    """Require each e-mail address of an incident with a person of the report too, written the same way."""
    people = [
        *(each.person for each in report.reported),
        *(each.person for each in report.recipients),
        *(each.person for each in report.victims),
    ]
    known = {email.text for person in people if person is not None for email in person.emails}
    for place, details in enumerate(report.internet_details, start=1):
        if isinstance(details.incident, EmailIncident | NewsgroupIncident):
            form = "emailIncident" if isinstance(details.incident, EmailIncident) else "newsgroupIncident"
            for which, email in enumerate(details.incident.email_addresses, start=1):
                if email.text not in known:
                    yield Fault(
                        path=f"{path}/internetDetails[{place}]/{form}/emailAddress[{which}]",
                        sentence="This address is given with no person of the report. Add it, written the same way, to "
                        "the reported person, a recipient or a victim.",
                    )


def reporter_can_be_written_to(reporter: Reporter, path: str) -> Iterator[Fault]:
    """Require an e-mail address of the reporting person."""
    if not reporter.reporting_person.emails:
        yield Fault(
            path=f"{path}/reportingPerson/email",
            sentence="The reporting person has no e-mail address, which is compulsory. Add one, best a role's.",
        )


def state_is_in_one_field(address: Address, path: str) -> Iterator[Fault]:
    """Require that a postal address has a state of the US or one of elsewhere, not both."""
    if address.state is not None and address.non_usa_state is not None:
        yield Fault(
            path=f"{path}/nonUsaState", sentence="An address has a state or a nonUsaState. Leave out the wrong one."
        )


def age_is_told_once(account: AssociatedAccount, path: str) -> Iterator[Fault]:
    """Require that an associated account has an approximate age or a date of birth, not both."""
    if account.approximate_age is not None and account.date_of_birth is not None:
        yield Fault(
            path=f"{path}/dateOfBirth",
            sentence="An associated account has an approximate age or a date of birth. Leave out one of them.",
        )


def user_is_told_after(state: TemporarilyDisabled | PermanentlyDisabled, path: str) -> Iterator[Fault]:
    """Require that the user was told of the disabling when it was done, or later."""
    done, told = state.disabled_date, state.user_notified_date
    if done is not None and told is not None and instant(told) < instant(done):
        yield Fault(
            path=f"{path}/@userNotifiedDate",
            sentence="The user was told before the account was disabled. Correct one of the two dates.",
        )


def account_is_enabled_after(state: TemporarilyDisabled, path: str) -> Iterator[Fault]:
    """Require that an account was enabled again after it was disabled, by a millisecond at least."""
    done, undone = state.disabled_date, state.reenabled_date
    if done is not None and undone is not None and instant(undone) <= instant(done):
        yield Fault(
            path=f"{path}/@reenabledDate",
            sentence="The account was enabled again before, or just as, it was disabled. Correct one of the two dates.",
        )


def exif_is_viewed_with_file(details: FileDetails, path: str) -> Iterator[Fault]:
    """Require a yes for the file with a yes for its EXIF: the authority takes none without the other."""
    if details.exif_viewed_by_esp and details.file_viewed_by_esp is not True:
        yield Fault(
            path=f"{path}/exifViewedByEsp",
            sentence="The authority takes a yes here only with a yes to fileViewedByEsp. Leave it out where that is "
            "not known to be so; never make the other a yes for it.",
        )


def meme_has_one_form(details: FileDetails, path: str) -> Iterator[Fault]:
    """Require that a file has the older element potentialMeme or annotations, not both."""
    if details.potential_meme is not None and details.file_annotations:
        yield Fault(
            path=f"{path}/fileAnnotations",
            sentence="A file has potentialMeme, the older form, or fileAnnotations. Put the meme among the latter.",
        )


def supplement_is_not_judged(details: FileDetails, path: str) -> Iterator[Fault]:
    """Require that a supplemental file is no meme, in either form, and has no classification."""
    if details.file_relevance is not FileRelevance.SUPPLEMENTAL:
        return
    given = {
        "potentialMeme": details.potential_meme is not None,
        "fileAnnotations/potentialMeme": FileAnnotation.POTENTIAL_MEME in details.file_annotations,
        "industryClassification": details.industry_classification is not None,
    }
    for name in (name for name, is_given in given.items() if is_given):
        yield Fault(
            path=f"{path}/{name}",
            sentence="A supplemental file has no such field. Leave it out, or report the file as Reported.",
        )


RULES: Rules = {
    Report: (reported_is_one, incident_addresses_are_persons),
    Reporter: (reporter_can_be_written_to,),
    Address: (state_is_in_one_field,),
    AssociatedAccount: (age_is_told_once,),
    TemporarilyDisabled: (user_is_told_after, account_is_enabled_after),
    PermanentlyDisabled: (user_is_told_after,),
    FileDetails: (exif_is_viewed_with_file, meme_has_one_form, supplement_is_not_judged),
}
