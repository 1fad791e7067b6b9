"""Every module with behaviour has a test file that mirrors it."""

import ast
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_SOURCE = _ROOT / "src" / "safelight"
_TESTS = _ROOT / "tests"

_TESTED_ELSEWHERE: dict[str, str] = {
    # module: where its behaviour is tested instead, and why there
    "__init__.py": "tests/test_app.py: what the package gives is what a program gets from it",
    "access/store/key_rows.py": "tests/access/steps/test_keys.py: rows are seen through what writes and reads them",
    "access/store/known_rows.py": "tests/access/test_authenticator.py, likewise",
    "access/store/person_rows.py": "tests/access/steps/test_persons.py, likewise",
    "access/store/role_rows.py": "tests/access/steps/test_roles.py, likewise",
    "access/steps/enrolment.py": "tests/flow/signing_in: a step is seen through the act that it is part of",
    "access/steps/passkeys.py": "tests/flow/signing_in/test_arriving.py, likewise",
    "access/steps/sessions.py": "tests/flow/signing_in/test_desk.py and test_own_sessions.py, likewise",
    "access/steps/trying.py": "tests/flow/signing_in/test_trying.py, likewise",
    "access/store/credential_rows.py": "tests/flow/signing_in/test_enrolling.py: rows are seen through the acts",
    "access/store/passkey_rows.py": "tests/flow/signing_in/test_arriving.py, likewise",
    "access/store/session_rows.py": "tests/flow/signing_in/test_desk.py and test_own_sessions.py, likewise",
    "access/store/totp_rows.py": "tests/flow/signing_in/test_arriving.py and test_enrolling.py, likewise",
    "access/store/try_rows.py": "tests/flow/signing_in/test_trying.py, likewise",
    "flow/signing_in/answering.py": "tests/flow/signing_in/test_arriving.py: every answer of a passkey goes through it",
    "app/lists.py": "tests/test_app.py: app is one part in several files, tested as its callers see it",
    "app/opening.py": "tests/test_app.py, likewise",
    "app/parts.py": "tests/test_app.py, likewise",
    "app/scanner.py": "tests/test_app.py, likewise",
    "app/sources.py": "tests/test_app.py, likewise",
    "app/workspace.py": "tests/test_app.py, likewise",
    "audit/store.py": "tests/audit/test_log.py and test_queries.py: rows are seen through what writes and reads them",
    "banks/store/bank_rows.py": "tests/banks/test_steps.py and test_queries.py, likewise",
    "banks/store/content_rows.py": "tests/banks/steps/test_contents.py: rows are seen through what asks for them",
    "banks/store/erasure_rows.py": "tests/banks/steps/test_erasure.py, likewise",
    "banks/store/tables.py": "tests/database/test_revision.py: the tables are those that the migrations make",
    "notices/store/address_rows.py": "tests/notices/test_steps.py and test_queries.py: rows are seen through those",
    "notices/store/delivery_rows.py": "tests/notices/test_steps.py and test_queries.py, likewise",
    "notices/store/secret_rows.py": "tests/notices/test_steps.py and test_rewrapping.py, likewise",
    "review/exposure/store/exposure_rows.py": "tests/review/exposure/test_steps.py and test_queries.py",
    "review/exposure/store/lift_rows.py": "tests/review/exposure/test_steps.py, likewise",
    "review/exposure/store/people_rows.py": "tests/review/exposure/test_steps.py, likewise",
    "vault/store/backup_rows.py": "tests/vault/test_backing_up.py: rows are seen through what asks for them",
    "vault/store/check_rows.py": "tests/vault/test_checking.py, test_checking_ledger.py and test_checking_opened.py",
    "vault/store/ended_rows.py": "tests/vault/test_erasing_facts.py, likewise",
    "vault/store/hold_rows.py": "tests/vault/test_holding.py and test_due.py, likewise",
    "vault/store/listing_rows.py": "tests/vault/test_queries.py, likewise",
    "vault/store/order_rows.py": "tests/vault/test_ordering.py, likewise",
    "flow/review/endings.py": "tests/flow/test_cases.py: what closing and reopening does to evidence",
    "flow/review/overturning.py": "tests/flow/review/test_following.py: what overturned verdicts lead to",
    "review/decision_queries.py": "tests/flow/review/test_deciding.py: what is told hangs on what was decided",
    "review/entry_queries.py": "tests/flow/review/test_entry_records.py: what is on record hangs on what was decided",
    "review/store/entry_matches.py": "tests/flow/review/test_entry_records.py, likewise",
    "review/queue_queries.py": "tests/flow/review/test_claiming.py and test_urgency.py, likewise",
    "review/rewrapping.py": "tests/flow/review/test_texts.py: wraps are those of texts that were saved",
    "review/steps/claims.py": "tests/flow/review/test_claiming.py: steps are seen through the acts that take them",
    "review/steps/decisions.py": "tests/flow/review/test_deciding.py, likewise",
    "review/steps/drafts.py": "tests/flow/review/test_texts.py, likewise",
    "review/steps/flags.py": "tests/flow/review/test_flagging.py, likewise",
    "review/steps/grouping.py": "tests/flow/review/test_grouping.py, likewise",
    "review/steps/memory.py": "tests/flow/review/test_following.py, likewise",
    "review/steps/path.py": "tests/flow/review/test_hash_path.py, likewise",
    "review/steps/urgency.py": "tests/flow/review/test_urgency.py, likewise",
    "review/store/decision_rows.py": "tests/flow/review/test_deciding.py: rows are seen through what writes them",
    "review/store/flag_rows.py": "tests/flow/review/test_flagging.py, likewise",
    "review/store/group_rows.py": "tests/flow/review/test_grouping.py, likewise",
    "review/store/memory_rows.py": "tests/flow/review/test_following.py and test_keeping.py, likewise",
    "review/store/path_rows.py": "tests/flow/review/test_hash_path.py, likewise",
    "review/store/queue_rows.py": "tests/flow/review/test_claiming.py, likewise",
    "review/store/text_rows.py": "tests/flow/review/test_texts.py, likewise",
    "flow/reporting/desk.py": "tests/flow/reporting: the desk is what every act there is done at",
    "flow/reporting/calls.py": "tests/flow/reporting/test_filing.py: calls are seen as a report is filed",
    "reporting/destinations/package/making.py": "tests/reporting/destinations/package/test_package.py: as it is opened",
    "reporting/destinations/package/readme.py": "tests/reporting/destinations/package/test_package.py, likewise",
    "reporting/destinations/package/telling.py": "tests/reporting/destinations/package/test_package.py, likewise",
    "reporting/destinations/package/model/kinds.py": "tests/reporting/destinations/package/test_checking.py",
    "flow/outcomes/desk.py": "tests/flow/outcomes: the desk is what every act there is done at",
    "outcomes/queries.py": "tests/flow/outcomes: what is told hangs on what was done",
    "outcomes/rewrapping.py": "tests/flow/outcomes/test_contacts.py: wraps are those of contacts there",
    "outcomes/steps/actions.py": "tests/flow/outcomes/test_acting.py: steps are seen through the acts",
    "outcomes/steps/contacts.py": "tests/flow/outcomes/test_contacts.py, likewise",
    "outcomes/steps/erasure.py": "tests/flow/outcomes/test_erasing.py: they are kept by the clock job",
    "outcomes/steps/outcomes.py": "tests/flow/outcomes/test_learning.py, likewise",
    "outcomes/store/action_rows.py": "tests/flow/outcomes/test_acting.py: rows are seen through what writes them",
    "outcomes/store/contact_rows.py": "tests/flow/outcomes/test_contacts.py, likewise",
    "outcomes/store/outcome_rows.py": "tests/flow/outcomes/test_learning.py, likewise",
    "outcomes/store/text_rows.py": "tests/flow/outcomes/test_contacts.py, likewise",
    "reporting/measure_queries.py": "tests/flow/outcomes/test_figures.py: rows are seen through the figures of them",
    "reporting/store/measure_rows.py": "tests/flow/outcomes/test_funnel.py, likewise",
    "review/measure_queries.py": "tests/flow/outcomes/test_funnel.py, likewise",
    "review/measured.py": "tests/flow/outcomes/test_funnel.py, likewise",
    "review/store/measure_rows.py": "tests/flow/outcomes/test_figures.py, likewise",
    "reporting/queries.py": "tests/flow/reporting: what is told hangs on what was done",
    "reporting/rewrapping.py": "tests/flow/reporting/test_drafting.py: wraps are those of reports that were drafted",
    "reporting/steps/drafting.py": "tests/flow/reporting/test_drafting.py: steps are seen through the acts",
    "reporting/setup_queries.py": "tests/flow/reporting/test_setting_up.py: what is told hangs on what was set up",
    "reporting/steps/setting_up.py": "tests/flow/reporting/test_setting_up.py: steps are seen through the acts",
    "reporting/store/route_rows.py": "tests/flow/reporting/test_setting_up.py, likewise",
    "reporting/store/setup_rows.py": "tests/flow/reporting/test_setting_up.py, likewise",
    "reporting/destinations/ncmec/greeting.py": "tests/cli/test_reporting_path.py: an authority lets in, or does not",
    "flow/reporting/finding.py": "tests/flow/reporting/test_setting_up.py: what was set up is found",
    "flow/reporting/routing.py": "tests/flow/reporting/test_setting_up.py, likewise",
    "flow/reporting/standing.py": "tests/flow/reporting/test_setting_up.py and tests/cli/test_report.py",
    "flow/reporting/submitting.py": "tests/cli/test_report.py: whom it waits for is what a person is told",
    "cli/report_act.py": "tests/cli/test_report.py: one report goes through all of them",
    "cli/report_words.py": "tests/cli/test_report.py, likewise",
    "cli/report_write.py": "tests/cli/test_report.py, likewise",
    "flow/reporting/previewing.py": "tests/cli/test_report.py: a preview is what a person is shown",
    "reporting/steps/filing.py": "tests/flow/reporting/test_filing.py, likewise",
    "reporting/steps/restoring.py": "tests/flow/reporting/test_filing_after_a_restore.py, likewise",
    "reporting/store/attempt_rows.py": "tests/flow/reporting/test_filing.py: rows are seen through what writes them",
    "reporting/store/call_rows.py": "tests/flow/reporting/test_filing.py, likewise",
    "reporting/store/report_rows.py": "tests/flow/reporting/test_drafting.py, likewise",
    "reporting/alarm.py": "tests/reporting/test_deadline.py: what an alarm is about is told with what is loud",
    "reporting/due_queries.py": "tests/flow/reporting/test_deadlines.py: what is due hangs on what was done",
    "reporting/steps/alarms.py": "tests/flow/reporting/test_deadlines.py: steps are seen through the clock job",
    "reporting/store/alarm_rows.py": "tests/flow/reporting/test_deadlines.py, likewise",
    "reporting/store/due_rows.py": "tests/flow/reporting/test_deadlines.py: rows are seen through what is loud",
    "cli/serve.py": "tests/journeys/test_serving.py: a service is a process of its own",
    "web/serving.py": "tests/journeys/test_serving.py, likewise",
    "web/console/console.py": "tests/web/console: the parts are what every test there is given",
    "web/console/layout.py": "tests/web/console/test_visit.py and test_navigation.py: it is around every page",
    "web/console/problem_page.py": "tests/web/console/test_door.py and test_app.py: errors are seen through the door",
    "database/wrap_columns.py": "tests/vault/test_rewrapping.py: rows are seen through what exchanges them",
    "web/hma/banks.py": "tests/contracts/hma/test_hma_banks.py: what HMA's clients see of banks, over a socket",
    "web/hma/exchanges.py": "tests/contracts/hma/test_hma_types_and_exchanges.py, likewise",
    "web/hma/hashes.py": "tests/contracts/hma/test_hma_hashing.py, likewise",
    "web/hma/health.py": "tests/contracts/hma/test_hma_types_and_exchanges.py and tests/web/hma/test_app.py",
    "web/hma/indexes.py": "tests/contracts/hma/test_hma_types_and_exchanges.py, likewise",
    "web/hma/parts.py": "tests/web/hma: the parts are what every test there is given",
    "recent/store.py": "tests/recent/test_steps.py and test_queries.py: rows are seen through those",
    "database/schema.py": "tests/database/test_revision.py, likewise",
    "testing/report_line.py": "tests/web/console/pages: a double is seen through the reports that are written to it",
    "web/console/loud.py": "tests/web/console/pages/test_reports.py: it is loud on every page",
    "web/console/report_acts.py": "tests/web/console/pages/test_report_acts.py: what is open is what the page shows",
    "web/console/report_view.py": "tests/web/console/pages/test_reports.py: a view is what the page shows",
    "web/console/sheet_form.py": "tests/web/console/pages/test_report_editing.py: a form is seen through what it saves",
    "web/console/pages/report_drafting.py": "tests/web/console/pages/test_report_acts.py: drafting is one of the acts",
    "web/console/pages/report_funnel.py": "tests/web/console/pages/test_report_outcomes.py: it counts outcomes",
    "web/console/pages/report_preview.py": "tests/web/console/pages/test_report_acts.py, likewise",
}


def _has_behaviour(module: Path) -> bool:
    """Say whether a module defines a function with a body beyond a docstring and `...`; storing in `__init__` aside."""
    tree = ast.parse(module.read_text())
    return any(_does_something(node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _does_something(function: ast.FunctionDef) -> bool:
    return function.name != "__init__" and not all(
        isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) for line in function.body
    )


def _is_migration(module: Path) -> bool:
    """Say whether this is one migration script: all of them are run, on both databases, by the database's tests."""
    return "versions" in module.parts


def _modules() -> list[str]:
    found = [path for path in _SOURCE.rglob("*.py") if not _is_migration(path) and _has_behaviour(path)]
    return sorted(str(path.relative_to(_SOURCE)) for path in found)


def _mirror(module: str) -> Path:
    path = Path(module)
    return _TESTS / path.parent / f"test_{path.name}"


def test_a_module_with_behaviour_has_a_test_file() -> None:
    modules = _modules()
    assert len(modules) > 800
    missing = [each for each in modules if not (_mirror(each).is_file() or _TESTED_ELSEWHERE.get(each))]
    assert missing == [], "write the test file of each, or list it with its reason"


def test_every_listed_exception_still_is_one() -> None:
    stale = [module for module in _TESTED_ELSEWHERE if not (_SOURCE / module).is_file() or _mirror(module).is_file()]
    assert stale == []


def test_a_module_of_records_alone_has_no_behaviour(tmp_path: Path) -> None:
    records = tmp_path / "records.py"
    records.write_text('class Door:\n    def open(self) -> None:\n        """Open it."""\n        ...\n')
    assert not _has_behaviour(records)


def test_a_module_with_a_function_has_behaviour(tmp_path: Path) -> None:
    behaving = tmp_path / "behaving.py"
    behaving.write_text("def double(number: int) -> int:\n    return 2 * number\n")
    assert _has_behaviour(behaving)
