"""Which route answers with what, for the OpenAPI document."""

from collections.abc import Mapping
from typing import Any

from safelight.web.api.told_findings import ToldHashes, ToldLookup, ToldScan
from safelight.web.api.told_records import (
    ToldAct,
    ToldBank,
    ToldBankWhole,
    ToldCase,
    ToldEntry,
    ToldEvidence,
    ToldHead,
    ToldHealth,
    ToldHold,
    ToldItem,
    ToldJob,
)
from safelight.web.schemas import answer_of, list_of, page_of

_FIGURES = {"description": "Figures for Prometheus.", "content": {"text/plain": {"schema": {"type": "string"}}}}

ANSWERS: Mapping[str, Mapping[int, Mapping[str, Any]]] = {
    "scan_media": {
        200: answer_of(ToldScan, "The verdict, and what follows."),
        202: answer_of(ToldScan, "It waits to be scanned."),
    },
    "show_scan": {200: answer_of(ToldScan, "How the scan stands now.")},
    "lookup_signals": {200: answer_of(ToldLookup, "An answer for each signal, in the order asked.")},
    "hash_media": {200: answer_of(ToldHashes, "The signals.")},
    "list_banks": {200: list_of(ToldBank, "The banks.")},
    "show_bank": {200: answer_of(ToldBankWhole, "The bank.")},
    "list_entries": {200: page_of(ToldEntry, "Entries, the oldest first.")},
    "list_cases": {200: page_of(ToldCase, "Cases, the oldest first.")},
    "show_case": {200: answer_of(ToldCase, "The case.")},
    "list_items": {200: page_of(ToldItem, "What belongs to the case.")},
    "list_evidence": {200: page_of(ToldEvidence, "Evidence.")},
    "show_evidence": {200: answer_of(ToldEvidence, "The evidence.")},
    "list_holds": {200: list_of(ToldHold, "Its holds.")},
    "list_custody": {200: list_of(ToldAct, "What was done with it, the oldest first.")},
    "show_audit_head": {200: answer_of(ToldHead, "The head.")},
    "list_jobs": {200: page_of(ToldJob, "Jobs, the oldest first.")},
    "show_job": {200: answer_of(ToldJob, "The job.")},
    "metrics": {200: _FIGURES},
    "live": {200: answer_of(ToldHealth, "The process answers.")},
    "ready": {
        200: answer_of(ToldHealth, "Requests can be answered."),
        503: answer_of(ToldHealth, "Requests cannot be answered now."),
    },
}
"""By the name of the route. What is not here says itself what it answers."""
