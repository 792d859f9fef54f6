"""Personalities and faults of both sides, and a covering set of them: every pair of settings meets in some row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from allpairspy import AllPairs

SALESFORCE: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "sessions": [{}, {"token_calls": 7}],
    "pages": [{}, {"page_rows": 5, "uneven_pages": True}],
    "locators": [{}, {"locator_reuse": "allowed"}, {"expire_locator_next": 1}],
    "address": [{}, {"moved": "redirect"}, {"moved": "html"}, {"moved": "unauthorized"}],
    "stamps": [{}, {"tied_stamps_seconds": 30}],
    "bin": [{}, {"blank_deleted": True}],
    "archive": [{}, {"archived_records": 3}],
    "counting": [{}, {"failed_calls_counted": False, "bulk_limit_info": False}],
    "bulk": [
        {},
        {"bulk_refused": ("*",)},
        {"bulk_refusal": "jobs"},
        {"bulk_refusal": "rights"},
        {"bulk_page_rows": 4, "bulk_polls": 3},
        {"truncate_next": 1},
        {"reset_download_next": 1},
        {"bulk_count_header": False, "bulk_error_message": False},
        {"bulk_outcome": "failed", "bulk_outcome_jobs": 1},
        {"bulk_outcome": "aborted", "bulk_outcome_jobs": 1},
        {"bulk_expire_next": 1},
        {"bulk_uneven_pages": True},
        {"bulk_empty_body": True},
    ],
    "limits": [{}, {"limits_forbidden": True, "limit_info": "per_app"}, {"limit_info": "absent"}],
    "network": [{}, {"fail_next": 2}, {"fail_next": 2, "fail_status": 429, "fail_body": "empty"}, {"reset_next": 2}],
    "queries": [{}, {"query_timeout_days": 500.0}],
    "encoding": [{}, {"gzip": False, "exponents": True}],
}
DAKTELA: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "refusals": [
        {},
        {"validation_status": 422, "error_shape": "violations", "error_echo": False},
        {"error_shape": "form_lists", "error_language": "en"},
        {"error_shape": "form_flat"},
        {"error_shape": "text", "validation_status": 422},
        {"error_shape": "texts"},
        {"error_shape": "errors", "no_error": "absent"},
    ],
    "rows": [{}, {"data_shape": "map"}],
    "total": [{}, {"total": "string"}, {"total": "null"}, {"total": "absent"}, {"total_counts": "everything"}],
    "empties": [{}, {"empty_map": "list", "no_error": "null"}],
    "missing": [{}, {"missing_object": "text"}, {"missing_object": "texts"}],
    "zone": [{}, {"envelope_zone": False}],
    "scheme": [{}, {"scheme_detail": "short"}, {"scheme_with_fields": True}],
    "stack": [{}, {"stack_fields": "older", "form_field_options": "text"}],
    "selected": [{}, {"selected_reference": "object", "selected_path": "flat"}],
    "custom": [{}, {"unset_custom_field": "null"}, {"custom_field_shape": "scalar"}],
    "comparison": [{}, {"comparison": "exact"}],
    "empty_in": [{}, {"empty_in": "matches_all"}],
    "put": [{}, {"put_mode": "replacing"}],
    "title": [{}, {"title_rewritten": True}],
    "texts": [{}, {"text_stored": "trimmed"}, {"text_stored": "collapsed", "lists_sorted": True}],
    "phones": [{}, {"phones_stripped": True}, {"plus_stored_as_zeros": True}],
    "existing": [
        {},
        {"post_existing": "overwrites"},
        {"post_existing": "doubles"},
        {"post_existing": "returns_existing"},
    ],
    "deleted": [{}, {"deleted_name": "refused"}],
    "fields": [{}, {"unknown_custom_field": "refused", "bare_custom_value": "refused"}],
    "several": [{}, {"several_on_single": "stored"}, {"several_on_single": "first"}],
    "empty_values": [{}, {"empty_description": "refused", "empty_firstname": "refused"}],
    "whole_custom_fields": [{}, {"empty_custom_fields": "refused"}],
    "strangers": [{}, {"whoim_without_token": "unauthorized", "whoim_wrong_token": "nobody"}],
    "databases": [{}, {"crm_databases_endpoint": "forbidden"}, {"crm_databases_endpoint": "missing"}],
    "types": [{}, {"crm_records_types_endpoint": "forbidden"}, {"crm_records_types_endpoint": "missing"}],
    "pool": [{}, {"form_crm_fields_endpoint": "forbidden"}, {"form_crm_fields_endpoint": "missing"}],
    "role": [{}, {"role_shown": "hidden"}],
    "suffix": [{}, {"suffix": "required", "longest_url": 2000}],
    "faults": [
        {},
        {"server_error": 0.1},
        {"server_error_after": 0.1},
        {"reset_before": 0.1},
        {"reset_after": 0.1},
        {"without_result": 0.1},
        {"success_with_error": 0.1, "faults_on": "writes"},
        {"truncated": 0.1},
        {"rows_lost": 0.1},
        {"redirect": 0.05},
        {"too_many": 0.2, "retry_after": "seconds"},
        {"too_many": 0.2, "retry_after": "date"},
        {"too_many": 0.2, "retry_after": "absent"},
        {"concurrent_requests": 2},
        {"concurrent_requests": 2, "over_rate": 503},
        {"expired": 0.003},
        {"latency_seconds": 0.002},
    ],
}
PIPELINE: Mapping[str, Sequence[str]] = {
    "bulk_above": ["0", "2000"],
    "on_delete": ["keep", "delete", "mark"],
}
CALM = {
    "server_error": 0.0, "server_error_after": 0.0, "reset_before": 0.0, "reset_after": 0.0, "without_result": 0.0,
    "success_with_error": 0.0, "truncated": 0.0, "rows_lost": 0.0, "redirect": 0.0, "too_many": 0.0, "expired": 0.0,
    "concurrent_requests": 0, "latency_seconds": 0.0,
}  # fmt: skip
"""Daktela without its faults, its personality as it was."""


def covering_set() -> Iterator[dict[str, Any]]:
    """Yield rows ``{"salesforce": switches, "daktela": switches, "pipeline": settings}``."""
    names = [*SALESFORCE, *DAKTELA, *PIPELINE]
    values = [range(len(choices)) for choices in (*SALESFORCE.values(), *DAKTELA.values(), *PIPELINE.values())]
    for picked in AllPairs([list(choices) for choices in values]):
        row = dict(zip(names, picked, strict=True))
        yield {
            "salesforce": {k: v for name in SALESFORCE for k, v in SALESFORCE[name][row[name]].items()},
            "daktela": {k: v for name in DAKTELA for k, v in DAKTELA[name][row[name]].items()},
            "pipeline": {name: PIPELINE[name][row[name]] for name in PIPELINE},
        }
