"""`safelight`: the table of commands. Each command's module is imported only when it is called."""

import os
import sys
from importlib.metadata import version

from cyclopts import App, CycloptsError

from safelight.cli import exit_status
from safelight.cli.closing import closing_what_is_opened
from safelight.errors import SafelightError, whereabouts

app = App(
    name="safelight",
    help="Hash what arrives and match it against hash lists. Nothing leaves this machine.",
    help_format="plaintext",
    version=lambda: version("safelight"),
    result_action="return_value",
)
app.command("safelight.cli.workspace:init", name="init", help="Make a workspace: settings and an empty database.")
app.command("safelight.cli.demo:demo", name="demo", help="Show the main job on benign pictures, and the console.")
app.command("safelight.cli.hash:hash_media", name="hash", help="Print the signals of files.")
app.command("safelight.cli.scan:scan", name="scan", help="Match files against banks.")
app.command("safelight.cli.match:match", name="match", help="Match signals, without their media, against banks.")
app.command("safelight.cli.why:why", name="why", help="Explain why a file or signal matches, or why it does not.")
app.command("safelight.cli.doctor:doctor", name="doctor", help="Say what this installation can do.")

bank = App(name="bank", help="Make, fill, look at and switch hash lists.", help_format="plaintext")
bank.command("safelight.cli.bank:create", name="create", help="Make an empty bank.")
bank.command("safelight.cli.bank_import:import_list", name="import", help="Take in a hash list, wholly or not at all.")
bank.command("safelight.cli.bank_add:add", name="add", help="Add single entries, by value or from pictures.")
bank.command("safelight.cli.bank_show:list_banks", name="list", help="List the banks.")
bank.command("safelight.cli.bank_show:show", name="show", help="Show a bank and a page of its entries.")
bank.command("safelight.cli.bank_import:export", name="export", help="Write a bank's entries to a file.")
bank.command("safelight.cli.bank:enable", name="enable", help="Let a bank, or one entry of it, match again.")
bank.command("safelight.cli.bank:disable", name="disable", help="Stop a bank, or one entry of it, from matching.")
bank.command("safelight.cli.bank:rename", name="rename", help="Give a bank another name.")
bank.command("safelight.cli.bank:remove", name="remove", help="Remove a bank, or one entry of it.")
bank.command("safelight.cli.bank_controls:threshold", name="threshold", help="Set at which distance entries match.")
bank.command(
    "safelight.cli.bank_controls:opinion", name="opinion", help="Record what your reviewers found of an entry."
)
bank.command("safelight.cli.bank_controls:policy", name="policy", help="Say what becomes of deconfirmed entries.")
bank.command("safelight.cli.bank_controls:rollout", name="rollout", help="Match a bank against a share of the media.")
bank.command("safelight.cli.bank_controls:allow_list", name="allow-list", help="Make an empty bank an allow-list.")
bank.command(
    "safelight.cli.bank_controls:suppress", name="suppress", help="Let an allow-list suppress matches of a bank."
)
bank.command("safelight.cli.bank_controls:unsuppress", name="unsuppress", help="End that an allow-list suppresses.")
bank.command("safelight.cli.bank_controls:verify", name="verify", help="Say which authority has verified a list.")
bank.command("safelight.cli.bank_controls:quarantined", name="quarantined", help="List the entries in quarantine.")
bank.command("safelight.cli.bank_controls:release", name="release", help="Release an entry from quarantine.")
app.command(bank)

key = App(
    name="key", help="Make, export, rotate and retire the keys that all that is sealed needs.", help_format="plaintext"
)
key.command("safelight.cli.key:create", name="create", help="Make the first keys of this installation.")
key.command("safelight.cli.key:show", name="show", help="Say which keys there are, and what needs each.")
key.command("safelight.cli.key:export", name="export", help="Make a recovery copy that only its recipients open.")
key.command("safelight.cli.key:import_copy", name="import", help="Bring keys back from a recovery copy.")
key.command("safelight.cli.key:rotate", name="rotate", help="Make a new key and wrap anew all that older ones wrap.")
key.command("safelight.cli.key:retire", name="retire", help="Remove an old key for good.")
app.command(key)

case = App(name="case", help="Look at cases, claim and decide them, and what goes with that.", help_format="plaintext")
case.command("safelight.cli.case:list_cases", name="list", help="List cases, the oldest first.")
case.command("safelight.cli.case:show", name="show", help="Show one case, without its media.")
case.command("safelight.cli.case_queue:queue", name="queue", help="Show what waits for you, and why in this order.")
case.command("safelight.cli.case_queue:claim", name="claim", help="Take the next case, or one by its number.")
case.command("safelight.cli.case_queue:release", name="release", help="Give a case back.")
case.command("safelight.cli.case_decide:decide", name="decide", help="Decide on a case, items of it, or a group.")
case.command("safelight.cli.case_decide:draft", name="draft", help="Show or save what you have written so far.")
case.command("safelight.cli.case_decided:decisions", name="decisions", help="Show what was decided on a case.")
case.command("safelight.cli.case_decided:group", name="group", help="List the likes of one group.")
case.command("safelight.cli.case_decided:agreement", name="agreement", help="Show how often second readers agreed.")
case.command("safelight.cli.case_decided:schemes", name="schemes", help="List the labels that there are.")
case.command("safelight.cli.case_flag:flag", name="flag", help="Take in a complaint.")
case.command("safelight.cli.case_flag:flags", name="flags", help="Show the complaints of a case.")
case.command("safelight.cli.case_flag:open_case", name="open", help="Open a case by hand.")
case.command("safelight.cli.case_urgent:danger", name="danger", help="Say that somebody may be in danger now.")
case.command("safelight.cli.case_urgent:deadline", name="deadline", help="Say by when a case is to be decided.")
case.command("safelight.cli.case_urgent:hash_path", name="hash-path", help="Show or switch on the hash-confirmed path.")
case.command("safelight.cli.case:close", name="close", help="Close a case without a report.")
case.command("safelight.cli.case:reopen", name="reopen", help="Begin a case anew: an appeal, a correction.")
app.command(case)

report = App(name="report", help="Write reports to authorities, let them go, see what came.", help_format="plaintext")
report.command("safelight.cli.report:list_reports", name="list", help="List reports, the oldest first.")
report.command("safelight.cli.report:show", name="show", help="Tell where a report stands, and what is to be done.")
report.command("safelight.cli.report_write:draft", name="draft", help="Draft a report of a decided case.")
report.command("safelight.cli.report_write:edit", name="edit", help="Put other words in the place of a report's.")
report.command("safelight.cli.report_write:completeness", name="completeness", help="Say what a report lacks.")
report.command("safelight.cli.report_write:preview", name="preview", help="Print it as its authority would read it.")
report.command("safelight.cli.report_write:complete", name="complete", help="Say that a report is complete.")
report.command("safelight.cli.report_act:approve", name="approve", help="Let a report go to its authority.")
report.command("safelight.cli.report_act:submit", name="submit", help="Complete and approve, where one person may.")
report.command("safelight.cli.report_act:return_", name="return", help="Give a report back to be written anew.")
report.command("safelight.cli.report_act:withdraw", name=["withdraw", "retract"], help="Give up what is not filed.")
report.command("safelight.cli.report_act:retry", name="retry", help="Let one that failed go again as it is.")
report.command("safelight.cli.report_act:hand_over", name="hand-over", help="Say that it was handed over.")
report.command("safelight.cli.report_act:receipt", name="receipt", help="Say that its authority has it all the same.")
report.command("safelight.cli.report_call:call", name="call", help="Print what was said to an authority, and heard.")
report.command("safelight.cli.report_export:export", name="export", help="Write figures for the public as CSV.")
report.command("safelight.cli.report_check:check", name="check", help="Hold made-up reports against a schema.")
app.command(report)

destination = App(name="destination", help="Say where reports go, and by what.", help_format="plaintext")
destination.command("safelight.cli.destination:add", name="add", help="Set a destination up.")
destination.command("safelight.cli.destination:list_destinations", name="list", help="List the destinations.")
destination.command("safelight.cli.destination:show", name="show", help="Show one, without its secret.")
destination.command("safelight.cli.destination:ask", name="test", help="Ask one whether it lets you in.")
destination.command("safelight.cli.destination:secret", name="secret", help="Replace what sets one up.")
destination.command("safelight.cli.destination:off", name="off", help="Let nothing be sent to one.")
destination.command("safelight.cli.destination:on", name="on", help="Let one be used again.")
destination.command("safelight.cli.destination:remove", name="remove", help="Remove one with its secret.")
route = App(name="route", help="Say which reports go to which destination.", help_format="plaintext")
route.command("safelight.cli.destination_route:set_table", name="set", help="Set the routing table as a whole.")
route.command("safelight.cli.destination_route:show", name="show", help="Print the routing table.")
route.command("safelight.cli.destination_route:explain", name="explain", help="Say where a case would go, and why.")
destination.command(route)
app.command(destination)

spool = App(name="spool", help="See to media that waits, or could not be scanned.", help_format="plaintext")
spool.command("safelight.cli.spool:list_spool", name="list", help="List what waits or is held, and why.")
spool.command("safelight.cli.spool:retry", name="retry", help="Let held media be scanned again.")
spool.command("safelight.cli.spool:drop", name="drop", help="Drop media that could not be scanned, for good.")
app.command(spool)

recent = App(name="recent", help="See to what is kept of media that matched nothing.", help_format="plaintext")
recent.command("safelight.cli.recent:show", name="show", help="Say how much is kept, and how old it is.")
recent.command("safelight.cli.recent:forget", name="forget", help="Erase all of it.")
app.command(recent)

evidence = App(name="evidence", help="Preserve, look at, hand over and check evidence.", help_format="plaintext")
evidence.command("safelight.cli.evidence:seal", name="seal", help="Seal files as evidence, held under review.")
evidence.command("safelight.cli.evidence_show:list_all", name="list", help="List evidence and what keeps it.")
evidence.command("safelight.cli.evidence_show:show", name="show", help="Show one piece of evidence, without its media.")
evidence.command("safelight.cli.evidence:export", name="export", help="Hand evidence over in an encrypted bundle.")
evidence.command("safelight.cli.evidence:fsck", name="fsck", help="Check every piece of evidence. Repairs nothing.")
app.command(evidence)

exposure = App(name="exposure", help="Look at your own dose, set limits, lift them in twos.", help_format="plaintext")
exposure.command("safelight.cli.exposure:mine", name="mine", help="Show your own day.")
exposure.command("safelight.cli.exposure:team", name="team", help="Show the sums of whole weeks over everybody.")
exposure.command("safelight.cli.exposure:budget", name="budget", help="Set a person's own limits.")
exposure.command("safelight.cli.exposure:lift", name="lift", help="Ask for more than the limits allow, for a while.")
exposure.command("safelight.cli.exposure:lifts", name="lifts", help="List the lifts that wait to be granted.")
exposure.command("safelight.cli.exposure:grant", name="grant", help="Grant a lift that another asked for.")
exposure.command("safelight.cli.exposure:refuse", name="refuse", help="Refuse a lift, or take your own back.")
exposure.command("safelight.cli.exposure:whose", name="whose", help="Say whose staff code a picture bears.")
app.command(exposure)

hold = App(name="hold", help="Say why evidence is kept, and destroy it lawfully.", help_format="plaintext")
hold.command("safelight.cli.hold:add", name="add", help="Hold evidence for one more reason.")
hold.command("safelight.cli.hold:list_holds", name="list", help="List holds, what ends soon, or orders that wait.")
hold.command("safelight.cli.hold:renew", name="renew", help="Renew a request by law enforcement.")
hold.command("safelight.cli.hold:release", name="release", help="Ask for a lawful destruction, or confirm one.")
hold.command("safelight.cli.hold:accept_clock", name="accept-clock", help="Say that the clock is right.")
app.command(hold)

outcome = App(name="outcome", help="Write down what came after a report, and count it.", help_format="plaintext")
outcome.command("safelight.cli.outcome:add", name="add", help="Write down what came of a report.")
outcome.command("safelight.cli.outcome:list_outcomes", name="list", help="List what came of reports.")
outcome.command(
    "safelight.cli.outcome:import_file", name="import", help="Take in a file of outcomes, or nothing of it."
)
outcome.command("safelight.cli.outcome:funnel", name="funnel", help="Show how far cases came, and how fast.")
outcome.command("safelight.cli.outcome:banks", name="banks", help="Show which lists lead to something.")
contact = App(name="contact", help="Log what law enforcement and courts ask for.", help_format="plaintext")
contact.command("safelight.cli.outcome_contact:add", name="add", help="Log a request, an order, a word.")
contact.command("safelight.cli.outcome_contact:list_contacts", name="list", help="List contacts and when they are due.")
contact.command("safelight.cli.outcome_contact:show", name="show", help="Show one contact, with what is sealed of it.")
contact.command("safelight.cli.outcome_contact:close", name="close", help="Note that nothing is left to do.")
outcome.command(contact)
action = App(name="action", help="Write down what the platform did.", help_format="plaintext")
action.command("safelight.cli.outcome_action:add", name="add", help="Write down one thing that it did.")
action.command("safelight.cli.outcome_action:list_actions", name="list", help="List what it did.")
outcome.command(action)
app.command(outcome)

audit = App(name="audit", help="Check the audit log, and give out what outsiders can check.", help_format="plaintext")
audit.command("safelight.cli.audit:verify", name="verify", help="Check the whole log against its heads.")
audit.command("safelight.cli.audit:show", name="show", help="Show entries: who did what to which, when and why.")
audit.command("safelight.cli.audit:export", name="export", help="Write the whole log as lines of JSON.")
audit.command("safelight.cli.audit:head", name="head", help="Sign the state of the log as it is now.")
audit.command("safelight.cli.audit:prove", name="prove", help="Prove that an entry is in the log.")
app.command(audit)

jobs = App(name="jobs", help="Look at durable work, and retry what died.", help_format="plaintext")
jobs.command("safelight.cli.jobs:list_jobs", name="list", help="List jobs, when they are due, and why they wait.")
jobs.command("safelight.cli.jobs:dead", name="dead", help="List dead jobs and why each died.")
jobs.command("safelight.cli.jobs:retry", name="retry", help="Let a dead job be tried anew, or all of a kind.")
app.command(jobs)

api_key = App(name="api-key", help="Let services in: make, rotate and revoke their keys.", help_format="plaintext")
api_key.command("safelight.cli.api_key:create", name="create", help="Make a key; its secret is shown once.")
api_key.command("safelight.cli.api_key:list_keys", name="list", help="List keys, and when each was last used.")
api_key.command("safelight.cli.api_key:show", name="show", help="Show one key, without its secrets.")
api_key.command("safelight.cli.api_key:rotate", name="rotate", help="Make another secret, without a gap.")
api_key.command("safelight.cli.api_key:limit", name="limit", help="Say how often a key may be used.")
api_key.command("safelight.cli.api_key:revoke", name="revoke", help="End a key for good.")
app.command(api_key)

person = App(name="person", help="Say who works here, and by which roles.", help_format="plaintext")
person.command("safelight.cli.person:add", name="add", help="Add somebody, with roles.")
person.command("safelight.cli.person:list_persons", name="list", help="List who there is.")
person.command("safelight.cli.person:roles", name="roles", help="Give somebody these roles and no other.")
person.command("safelight.cli.person:disable", name="disable", help="Let somebody do nothing any more.")
person.command("safelight.cli.person:enable", name="enable", help="Let somebody work again.")
person.command("safelight.cli.person:invite", name="invite", help="Make the code by which somebody signs in first.")
person.command("safelight.cli.person:reset", name="reset", help="Take away what somebody signs in with; invite anew.")
app.command(person)

role = App(name="role", help="Say what roles may do.", help_format="plaintext")
role.command("safelight.cli.role:list_roles", name="list", help="List the roles, and how many have each.")
role.command("safelight.cli.role:show", name="show", help="Show what a role may do.")
role.command("safelight.cli.role:set_role", name="set", help="Make a role, or alter what it may do.")
role.command("safelight.cli.role:remove", name="remove", help="Remove a role, or undo its edits.")
app.command(role)

app.command("safelight.cli.serve:serve", name="serve", help="Answer requests over HTTP, and carry out jobs.")
notice = App(name="notice", help="Tell your own addresses what happened, signed.", help_format="plaintext")
notice.command("safelight.cli.notice:add", name="add", help="Add an address, and show its secret this once.")
notice.command("safelight.cli.notice:list_addresses", name="list", help="List the addresses and whether they work.")
notice.command("safelight.cli.notice:send_test", name="test", help="Send a test to an address at once.")
notice.command("safelight.cli.notice:log", name="log", help="List deliveries and what came of each.")
notice.command("safelight.cli.notice:resend", name="resend", help="Send deliveries again.")
notice.command("safelight.cli.notice:disable", name="disable", help="Let nothing go out to an address.")
notice.command("safelight.cli.notice:enable", name="enable", help="Let notices go out to an address again.")
notice.command("safelight.cli.notice:remove", name="remove", help="Remove an address with its secret.")
notice.command("safelight.cli.notice:rotate", name="rotate", help="Give an address a new secret, without a gap.")
app.command(notice)

app.command("safelight.cli.worker:worker", name="worker", help="Carry out the jobs that are due.")
app.command(
    "safelight.cli.fake_authority:fake_authority_command",
    name="fake-authority",
    help="Play an authority for tests and staging. Nothing is reported to anybody.",
)
app.command(
    "safelight.cli.backup:backup",
    name="backup",
    help="Back up the database and the sealed bytes, encrypted, without the keys.",
)
app.command(
    "safelight.cli.backup:restore", name="restore", help="Restore a backup into a new workspace, wholly or not at all."
)

db = App(name="db", help="Bring the database up to date, or check it.", help_format="plaintext")
db.command("safelight.cli.db:upgrade_database", name="upgrade", help="Bring the tables up to this program's version.")
db.command("safelight.cli.db:check", name="check", help="Look whether the database is whole. Changes nothing.")
app.command(db)


def run() -> None:
    """Run the command line and exit with its status."""
    sys.exit(main(sys.argv[1:]))


def main(tokens: list[str]) -> int:
    """Run one command and return its exit status; errors are told on standard error, never as a traceback."""
    try:
        with closing_what_is_opened():
            status = app(_plain(tokens), exit_on_error=False)
    except CycloptsError:
        return exit_status.USAGE  # cyclopts has said what is wrong
    except SafelightError as error:
        _tell(f"{error} [{error.code}]")
        return exit_status.of_error(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else Python complains once more at its end
        return exit_status.INTERRUPTED
    except KeyboardInterrupt:
        _tell("stopped.")
        return exit_status.INTERRUPTED
    except OSError as error:
        _tell(f"the system refused: {error.strerror}{f' ({error.filename})' if error.filename else ''}.")
        return exit_status.OUTPUT
    except Exception as error:  # noqa: BLE001 - the last one: a fault of ours must not look like a finding
        _tell(f"this is a fault of ours: {whereabouts(error)}. Please report it, without any media or hash.")
        return exit_status.INTERNAL
    return status if isinstance(status, int) else exit_status.NOTHING


def _tell(text: str) -> None:
    print(f"safelight: {text}", file=sys.stderr)  # noqa: T201 - the command line's voice


def _plain(tokens: list[str]) -> list[str]:
    """Let a lone `-` mean standard input as a path or a file, and standard output as the value of `--json`.

    A bare `--json`, at the end or before another option, means standard output too.
    """
    end = tokens.index("--") if "--" in tokens else len(tokens)
    options, paths = tokens[:end], tokens[end + 1 :]
    given: list[str] = []
    for before, token, after in zip(["", *options], options, [*options[1:], "-"], strict=False):
        if token == "-":  # noqa: S105 - a path, not a secret
            paths += [] if before in _STREAMS else ["-"]
        elif token in _STREAMS and (after == "-" or (after.startswith("-") and token == "--json")):  # noqa: S105
            given.append(f"{token}=-")
        else:
            given.append(token)
    return [*given, "--", *paths] if paths else given


_STREAMS = {"--json", "--file", "--from", "--remarks", "--text"}
