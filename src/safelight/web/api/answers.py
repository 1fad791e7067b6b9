"""Which route answers with what, for the OpenAPI document."""

from collections.abc import Mapping
from typing import Any

from safelight.web.api.told_banks import (
    ToldAdded,
    ToldAddedMedia,
    ToldBank,
    ToldBankWhole,
    ToldDeletedBank,
    ToldEntry,
    ToldImport,
    ToldQuarantined,
    ToldStanding,
    ToldSuppression,
)
from safelight.web.api.told_findings import ToldHashes, ToldLookup, ToldScan, ToldWhy
from safelight.web.api.told_records import (
    ToldAct,
    ToldActed,
    ToldAddress,
    ToldCase,
    ToldCertificate,
    ToldDelivery,
    ToldDropped,
    ToldEvidence,
    ToldFlagged,
    ToldHead,
    ToldHealth,
    ToldHold,
    ToldItem,
    ToldJob,
    ToldKept,
    ToldOrder,
    ToldQueued,
    ToldRetriedJobs,
    ToldRetriedMedia,
    ToldRetry,
)
from safelight.web.schemas import answer_of, page_of

_FIGURES = {"description": "Figures for Prometheus.", "content": {"text/plain": {"schema": {"type": "string"}}}}
_LIST = {
    "description": "The list.",
    "content": {
        name: {"schema": {"type": "string", "format": "binary"}}
        for name in ("text/csv", "application/jsonl", "application/octet-stream")
    },
}

ANSWERS: Mapping[str, Mapping[int, Mapping[str, Any]]] = {
    "scan_media": {
        200: answer_of(ToldScan, "The verdict, and what follows."),
        202: answer_of(ToldScan, "It waits to be scanned."),
        502: {"$ref": "#/components/responses/502"},  # of media that is named and fetched
        504: {"$ref": "#/components/responses/504"},
    },
    "show_scan": {200: answer_of(ToldScan, "How the scan stands now.")},
    "lookup_signals": {200: answer_of(ToldLookup, "An answer for each signal, in the order asked.")},
    "hash_media": {200: answer_of(ToldHashes, "The signals.")},
    "explain_signal": {200: answer_of(ToldWhy, "Why.")},
    "explain_media": {200: answer_of(ToldWhy, "Why.")},
    "list_banks": {200: page_of(ToldBank, "The banks.")},
    "show_bank": {200: answer_of(ToldBankWhole, "The bank.")},
    "create_bank": {201: answer_of(ToldBank, "It is made.")},
    "patch_bank": {200: answer_of(ToldBank, "The bank as it is now.")},
    "delete_bank": {200: answer_of(ToldDeletedBank, "It is deleted.")},
    "suppress_bank": {200: answer_of(ToldSuppression, "It is suppressed.")},
    "unsuppress_bank": {200: answer_of(ToldSuppression, "It is suppressed no more.")},
    "import_list": {200: answer_of(ToldImport, "The list is taken in.")},
    "export_bank": {200: _LIST},
    "list_entries": {200: page_of(ToldEntry, "Entries, the oldest first.")},
    "add_signals": {200: answer_of(ToldAdded, "What became of them.")},
    "add_media": {200: answer_of(ToldAddedMedia, "What became of them.")},
    "show_entry": {200: answer_of(ToldStanding, "The entry.")},
    "patch_entry": {200: answer_of(ToldStanding, "The entry as it is now.")},
    "remove_entry": {200: answer_of(ToldStanding, "The entry as it was taken out.")},
    "release_entry": {200: answer_of(ToldStanding, "The entry as it is now.")},
    "list_quarantined": {200: page_of(ToldQuarantined, "Entries in quarantine.")},
    "list_cases": {200: page_of(ToldCase, "Cases, the oldest first.")},
    "show_case": {200: answer_of(ToldCase, "The case.")},
    "list_items": {200: page_of(ToldItem, "What belongs to the case.")},
    "close_case": {200: answer_of(ToldCase, "The case as it is now.")},
    "reopen_case": {200: answer_of(ToldCase, "The case as it is now.")},
    "flag_content": {201: answer_of(ToldFlagged, "The case that it opened or joined.")},
    "tell_what_was_done": {
        200: answer_of(ToldActed, "It was there already."),
        201: answer_of(ToldActed, "It is written down."),
    },
    "list_evidence": {200: page_of(ToldEvidence, "Evidence.")},
    "show_evidence": {200: answer_of(ToldEvidence, "The evidence.")},
    "list_holds": {200: page_of(ToldHold, "Its holds.")},
    "add_hold": {200: answer_of(ToldHold, "It was held so already."), 201: answer_of(ToldHold, "It is held.")},
    "renew_hold": {201: answer_of(ToldHold, "It is renewed.")},
    "ask_release": {200: answer_of(ToldOrder, "It waits already."), 201: answer_of(ToldOrder, "It waits.")},
    "list_orders": {200: page_of(ToldOrder, "Orders that wait.")},
    "confirm_release": {200: answer_of(ToldCertificate, "The evidence is destroyed.")},
    "list_custody": {200: page_of(ToldAct, "What was done with it, the oldest first.")},
    "show_audit_head": {200: answer_of(ToldHead, "The head.")},
    "list_jobs": {200: page_of(ToldJob, "Jobs, the oldest first.")},
    "show_job": {200: answer_of(ToldJob, "The job.")},
    "retry_job": {200: answer_of(ToldJob, "The job as it is now.")},
    "retry_dead_jobs": {200: answer_of(ToldRetriedJobs, "They are tried anew.")},
    "list_spool": {200: page_of(ToldKept, "Media that waits or is held.")},
    "retry_all_media": {200: answer_of(ToldRetriedMedia, "It is scanned again.")},
    "retry_media": {200: answer_of(ToldRetry, "It is scanned again.")},
    "drop_media": {200: answer_of(ToldDropped, "It is gone.")},
    "list_addresses": {200: page_of(ToldAddress, "The addresses.")},
    "enable_address": {200: answer_of(ToldAddress, "The address as it is now.")},
    "disable_address": {200: answer_of(ToldAddress, "The address as it is now.")},
    "resend_address": {200: answer_of(ToldAddress, "The address as it is now.")},
    "list_deliveries": {200: page_of(ToldDelivery, "Deliveries, the latest first.")},
    "resend_delivery": {200: answer_of(ToldQueued, "It is sent again.")},
    "metrics": {200: _FIGURES},
    "live": {200: answer_of(ToldHealth, "The process answers.")},
    "ready": {
        200: answer_of(ToldHealth, "Requests can be answered."),
        503: answer_of(ToldHealth, "Requests cannot be answered now."),
    },
}
"""By the name of the route; refusals aside."""
