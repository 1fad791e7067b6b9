"""What each table holds of people, for how long, and which clock job ends it (docs/reference/retention.md)."""

from safelight.flow.recent.forgetting import FORGET_RECENT
from safelight.flow.table_rule import NOTHING, TableRule

ERASE_AUDIT_DETAILS = "erase_audit_details"
PRUNE_JOBS = "prune_jobs"
ERASE_GRANTS = "erase_grants"
ERASE_DESTROYED_FACTS = "erase_destroyed_facts"
ERASE_BANK_NAMES = "erase_bank_names"
ERASE_ENDED_ACCESS = "erase_ended_access"
PRUNE_NOTICES = "prune_notices"
ERASE_CLOSED_CASES = "erase_closed_cases"
FORGET_REQUESTS = "forget_requests"
FORGET_SIGN_INS = "forget_sign_ins"
ERASE_DRAFTS = "erase_drafts"
ERASE_EXPOSURES = "erase_exposures"
ERASE_REPORTS = "erase_reports"
ERASE_OUTCOMES = "erase_outcomes"

RULES: tuple[TableRule, ...] = (
    TableRule(
        table="access_challenges",
        personal=NOTHING,
        kept="until answered, and else until some time after they expired: random bytes",
    ),
    TableRule(
        table="access_credentials",
        personal="a password's hash, and a random handle",
        kept="until the person is reset, or erased",
        setting="ended_access_days",
        job=ERASE_ENDED_ACCESS,
    ),
    TableRule(
        table="access_devices",
        personal="in which browsers somebody signed in, by random tokens' digests",
        kept="for `device_days` after the last sign-in there, and then for the time set",
        setting="ended_sign_ins_days",
        job=FORGET_SIGN_INS,
    ),
    TableRule(
        table="access_invitations",
        personal="who was invited",
        kept="until used or expired, and then for the time set: the digest of a random code",
        setting="ended_sign_ins_days",
        job=FORGET_SIGN_INS,
    ),
    TableRule(
        table="access_keys",
        personal="who a key was given to, where its name says so",
        kept="as long as the key counts, and then for the time set; the latest stays, so that no number comes again",
        setting="ended_access_days",
        job=ERASE_ENDED_ACCESS,
    ),
    TableRule(table="access_mark", personal=NOTHING, kept="always: one random token"),
    TableRule(
        table="access_passkeys",
        personal="public keys, the names that people gave them, and when each was last used",
        kept="until removed, or the person is reset or erased",
        setting="ended_access_days",
        job=ERASE_ENDED_ACCESS,
    ),
    TableRule(
        table="access_persons",
        personal="the name by which somebody signs in, and their roles",
        kept="as long as they work here, and for the time set after they were disabled; their number and times stay",
        setting="ended_access_days",
        job=ERASE_ENDED_ACCESS,
    ),
    TableRule(
        table="access_recovery_codes",
        personal="none by itself: digests of random codes",
        kept="until used or replaced, or the person is reset or erased",
        setting="ended_access_days",
        job=ERASE_ENDED_ACCESS,
    ),
    TableRule(table="access_roles", personal=NOTHING, kept="as long as the role: names of permissions"),
    TableRule(
        table="access_secrets",
        personal="when a key was last used",
        kept="as long as the row of its key; the digest goes when the secret ends",
        setting="ended_access_days",
        job=ERASE_ENDED_ACCESS,
    ),
    TableRule(
        table="access_sessions",
        personal="when somebody signed in and last did something, and in which kind of browser",
        kept="until signed out, or ended by time, and then for the time set; who signed in when stays in the audit log",
        setting="ended_sign_ins_days",
        job=FORGET_SIGN_INS,
    ),
    TableRule(
        table="access_totp",
        personal="the secret of an authenticator app, which is sealed",
        kept="until replaced, or the person is reset or erased",
        setting="ended_access_days",
        job=ERASE_ENDED_ACCESS,
    ),
    TableRule(
        table="access_tries",
        personal="names and network addresses by which it was tried to sign in, as digests that could be tried out",
        kept="until they count no longer (an hour to 30 days), and then for the time set",
        setting="ended_sign_ins_days",
        job=FORGET_SIGN_INS,
    ),
    TableRule(
        table="audit_entries",
        personal="who acted; reasons and details",
        kept="reasons and details for the time set; who did what to which when as long as the log: its leaves need it",
        setting="audit_details_days",
        job=ERASE_AUDIT_DETAILS,
    ),
    TableRule(table="audit_heads", personal=NOTHING, kept="as long as the log: sizes, roots and signatures"),
    TableRule(table="audit_leaves", personal=NOTHING, kept="as long as the log: hashes"),
    TableRule(table="audit_tree", personal=NOTHING, kept="as long as the log: its size and hashes"),
    TableRule(table="audit_waiting", personal=NOTHING, kept="until the entry has its leaf: numbers of entries"),
    TableRule(
        table="bank_batches",
        personal="who brought a list or an entry",
        kept="for the time set",
        setting="bank_names_days",
        job=ERASE_BANK_NAMES,
    ),
    TableRule(table="bank_changes", personal=NOTHING, kept="as long as the database: numbers and times"),
    TableRule(
        table="bank_entries",
        personal=NOTHING,
        kept="as long as the database, so that every past match can be explained: values, labels and notes of lists, "
        "and the id by which a platform itself knows what it added",
    ),
    TableRule(table="bank_policies", personal=NOTHING, kept="as long as the bank: figures"),
    TableRule(table="bank_suppressions", personal=NOTHING, kept="as long as it is set: numbers of banks"),
    TableRule(table="bank_thresholds", personal=NOTHING, kept="as long as it is set: figures"),
    TableRule(
        table="bank_verifications",
        personal=NOTHING,
        kept="as long as the mark: numbers of banks, and names of authorities",
    ),
    TableRule(table="banks", personal=NOTHING, kept="as long as the database: names of lists"),
    TableRule(table="case_decision_items", personal=NOTHING, kept="as long as the database: numbers"),
    TableRule(
        table="case_decisions",
        personal="who decided",
        kept="as long as the case is open, and then for the time set; findings, classes and times stay",
        setting="closed_cases_days",
        job=ERASE_CLOSED_CASES,
    ),
    TableRule(table="case_findings", personal=NOTHING, kept="as long as the database: numbers and times"),
    TableRule(
        table="case_flags",
        personal="none by itself: categories and times; what was said is among the sealed texts",
        kept="as long as the database",
    ),
    TableRule(
        table="case_group_chunks",
        personal=NOTHING,
        kept="until no open case has one of the likes, ended by the job `forget_review_facts`",
    ),
    TableRule(
        table="case_groups",
        personal="none by itself: a veiled likeness of media",
        kept="the likeness until no open case has one of the likes, ended by the job `forget_review_facts`; numbers "
        "stay",
    ),
    TableRule(
        table="case_items",
        personal="the platform's id of the content, and a keyed digest of media",
        kept="as long as the case is open, and then for the time set; what matched and when stays",
        setting="closed_cases_days",
        job=ERASE_CLOSED_CASES,
    ),
    TableRule(
        table="case_matches",
        personal=NOTHING,
        kept="as long as the database, so that it can be said what an entry led to: banks, entries, figures",
    ),
    TableRule(
        table="case_queue",
        personal="who has claimed the case, and digests of who read it",
        kept="until the case waits for nobody, or is begun anew",
    ),
    TableRule(
        table="case_texts",
        personal="reasons, complaints and drafts, which are sealed",
        kept="as long as the case is open, and then for the time set of closed cases; drafts for the time set",
        setting="draft_days",
        job=ERASE_DRAFTS,
    ),
    TableRule(
        table="cases",
        personal="the account that the case is about, by the platform's id; or a keyed digest of media",
        kept="as long as the case is open, and then for the time set; numbers, times and counts stay",
        setting="closed_cases_days",
        job=ERASE_CLOSED_CASES,
    ),
    TableRule(table="clock_mark", personal=NOTHING, kept="always: one moment"),
    TableRule(
        table="entry_controls",
        personal="who had an opinion of an entry, and the words of it",
        kept="for the time set; the opinion itself as long as its entry, for it decides what matches",
        setting="bank_names_days",
        job=ERASE_BANK_NAMES,
    ),
    TableRule(
        table="entry_counts",
        personal=NOTHING,
        kept="for `flood_guard_days`, deleted by the flood guard as it counts: numbers an hour",
    ),
    TableRule(
        table="exposure_lifts",
        personal="whose limits were lifted, who asked, who granted it, and why",
        kept="for the time set after the lift ended",
        setting="exposure_days",
        job=ERASE_EXPOSURES,
    ),
    TableRule(
        table="exposure_opt_outs",
        personal="which categories somebody does not want to be shown",
        kept="as long as their name is kept, or until they are in again; shown to nobody but them",
        setting="ended_access_days",
        job=ERASE_EXPOSURES,
    ),
    TableRule(
        table="exposure_people",
        personal="the limits, hours and time zone of a person's own",
        kept="as long as their name is kept",
        setting="ended_access_days",
        job=ERASE_EXPOSURES,
    ),
    TableRule(
        table="exposures",
        personal="to whom what was shown, when, for how long and why",
        kept="for the time set; what was shown of which evidence, and when, stays, without to whom and why",
        setting="exposure_days",
        job=ERASE_EXPOSURES,
    ),
    TableRule(
        table="hash_path_marks", personal=NOTHING, kept="always: whether the path was switched off, and a sentence why"
    ),
    TableRule(table="hash_path_uses", personal=NOTHING, kept="as long as the database: numbers and times"),
    TableRule(table="installation", personal=NOTHING, kept="always: the database's random name"),
    TableRule(
        table="intake_counts", personal=NOTHING, kept="as long as the database: how many had which result an hour"
    ),
    TableRule(
        table="intake_requests",
        personal="none by itself: keyed digests of requests, verdicts, and ids of evidence and cases",
        kept="for the time set, ended hourly",
        setting="idempotency_days",
        job=FORGET_REQUESTS,
    ),
    TableRule(
        table="jobs",
        personal="none by itself: kinds and ids, and the reason of a failure",
        kept="done jobs for the time set; dead ones until a person retries them",
        setting="jobs_done_days",
        job=PRUNE_JOBS,
    ),
    TableRule(table="legal_contacts", personal=NOTHING, kept="as long as the database: kinds, numbers and times"),
    TableRule(
        table="notice_addresses",
        personal=NOTHING,
        kept="until the address is removed: names and origins of the operator's",
    ),
    TableRule(
        table="notice_deliveries",
        personal="none by itself: ids, digests, and the reason of a failure",
        kept="for the time set after the delivery ended",
        setting="notice_log_days",
        job=PRUNE_NOTICES,
    ),
    TableRule(
        table="notice_events",
        personal="none by itself: ids and verdicts",
        kept="for the time set, and as long as a delivery of it is kept",
        setting="notice_log_days",
        job=PRUNE_NOTICES,
    ),
    TableRule(
        table="notice_secrets",
        personal=NOTHING,
        kept="until the address is removed, or the secret was exchanged and its overlap is over: sealed",
    ),
    TableRule(
        table="outcome_texts",
        personal="agencies, references and remarks, which are sealed",
        kept="as long as a contact is open, and then for the time set; remarks on outcomes for the time set",
        setting="ended_outcomes_days",
        job=ERASE_OUTCOMES,
    ),
    TableRule(
        table="platform_actions",
        personal="the account and the content that a platform acted upon, by its own ids",
        kept="for the time set after it was told; what was done and when stays",
        setting="ended_outcomes_days",
        job=ERASE_OUTCOMES,
    ),
    TableRule(
        table="recent_mark", personal=NOTHING, kept="always, once it is there: numbers, policies of banks, one moment"
    ),
    TableRule(
        table="recent_media",
        personal="hashes of media that matched nothing, and the platform's ids of content and account: sealed",
        kept="only where it is switched on, for the time set, ended hourly; goes at once when it matches",
        setting="recently_seen_days",
        job=FORGET_RECENT,
    ),
    TableRule(
        table="report_alarms",
        personal=NOTHING,
        kept="until all that is confirmed in the case is reported: numbers, and when it was told that it is due",
    ),
    TableRule(
        table="report_attempts",
        personal="none by itself: the authority's own number of a report",
        kept="as long as the database",
    ),
    TableRule(
        table="report_calls",
        personal="what was said to an authority and what it answered, which is sealed",
        kept="until the report has ended, and then for the time set; times, codes and digests stay",
        setting="ended_reports_days",
        job=ERASE_REPORTS,
    ),
    TableRule(
        table="report_destinations",
        personal="who answers for reports at the platform, by name and address, and what lets in: sealed",
        kept="until the destination is removed, or its secret replaced",
    ),
    TableRule(
        table="report_files",
        personal=NOTHING,
        kept="as long as the database: names that authorities gave, and digests of what was sent",
    ),
    TableRule(table="report_outcomes", personal=NOTHING, kept="as long as the database: kinds, numbers and times"),
    TableRule(table="report_routes", personal=NOTHING, kept="until another table is set"),
    TableRule(
        table="reports",
        personal="who wrote and who approved a report, and why it was given back; what it says is sealed",
        kept="until the report has ended, and then for the time set; numbers, times and receipts stay",
        setting="ended_reports_days",
        job=ERASE_REPORTS,
    ),
    TableRule(
        table="vault_grants",
        personal="who had leave to read which evidence",
        kept="for the time set after the leave ended; who looked stays in the audit log",
        setting="grants_days",
        job=ERASE_GRANTS,
    ),
    TableRule(
        table="vault_holds",
        personal="who added a hold; its reason, legal basis and reference",
        kept="as long as the evidence lives, and then for the time set; kinds and times stay",
        setting="destroyed_facts_days",
        job=ERASE_DESTROYED_FACTS,
    ),
    TableRule(
        table="vault_objects", personal=NOTHING, kept="until the bytes are destroyed: sizes, ids, a keyed digest"
    ),
    TableRule(
        table="vault_occurrences",
        personal="the manifest, which is sealed: origin, subject, addresses, neighbours",
        kept="until the last hold has ended; then its key and the manifest go, and id, size and times stay",
    ),
    TableRule(
        table="vault_orders",
        personal="who asked for and who confirmed a destruction; its authority, legal basis and reference",
        kept="as long as the evidence lives, and then for the time set; times stay",
        setting="destroyed_facts_days",
        job=ERASE_DESTROYED_FACTS,
    ),
    TableRule(table="vault_removals", personal=NOTHING, kept="until the blob is removed: ids"),
    TableRule(table="vault_secrets", personal=NOTHING, kept="always: wrapped keys of the vault itself"),
    TableRule(
        table="vault_spools",
        personal="the manifest of media that waits to be scanned, which is sealed",
        kept="until its scan ends; what cannot be scanned for `held_media_days`, which the job `end_held_media` ends",
    ),
    TableRule(
        table="verdict_memory",
        personal="none by itself: a keyed digest of media, and the number of a decision",
        kept="until the verdict expires (`verdict_memory_days`), ended by the job `forget_review_facts`",
    ),
)
"""One rule for every table, by name."""
