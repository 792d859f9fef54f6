"""Personalities and faults of the org: what the sources (``sources.py``) leave open, and the ways it fails.

A name ending in ``_next`` counts down: so many of the coming requests are struck, then all is well again.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from sandbox.citations import split_citation
from sandbox.salesforce.sources import SOURCES


class SwitchError(ValueError):
    """A switch that does not exist, or a setting it does not know. The message says which and what is allowed."""


def _switch(default: Any, about: str, *allowed: Any) -> Any:
    return dataclasses.field(default=default, metadata={"about": about, "allowed": allowed})


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """All switches with their everyday settings. Change them through ``changed``, which refuses bad settings."""

    trusted_ip: bool = _switch(False, "the password alone suffices, without the security token (1.1)")
    password_flow: bool = _switch(True, "the username-password flow is enabled (1.1, 1.5)")
    client_credentials_flow: bool = _switch(True, "the app has a run-as user (1.2)")
    own_audience: bool = _switch(True, "a JWT may name the org's own address as its audience (question 1)")
    soap_login: bool = _switch(True, "SOAP login() is allowed up to v64.0 (1.4)")
    rotate_refresh_token: bool = _switch(False, "a refresh gives a new refresh token (7.7)")
    token_calls: int | None = _switch(None, "calls after which a token expires (1.7)")
    unauthorized: bool = _switch(False, "every call gets 401, whatever its token (1.7)")
    unauthorized_text: str = _switch("Session expired or invalid", "message of a 401 (1.7)")
    hidden_fields: tuple[str, ...] = _switch((), "fields hidden from the user, as Contact.Email (3.1)")

    daily_calls: int = _switch(100_000, "DailyApiRequests.Max (3)")
    quota_remaining: int = _switch(99_950, "DailyApiRequests.Remaining; each call takes one, 0 refuses (3)")
    limit_info: str = _switch("plain", "Sforce-Limit-Info header (3)", "plain", "per_app", "absent")
    bulk_calls_counted: bool = _switch(True, "Bulk calls use the quota (open question 3)")
    limits_forbidden: bool = _switch(False, "the user lacks View Setup and Configuration (3)")

    page_rows: int = _switch(2_000, "rows of a REST page at most, 1 to 2000 (3.2)")
    uneven_pages: bool = _switch(False, "REST pages of changing size, as for wide rows (3.2)")
    locator_reuse: str = _switch("refused", "a page asked for twice (7.24)", "refused", "allowed")
    exponents: bool = _switch(False, "doubles from ten million on are written 1.0E7")
    wrong_total: int = _switch(0, "added to totalSize of REST replies")
    query_timeout_days: float | None = _switch(
        None, "longest SystemModstamp window in days, wider ones get QUERY_TIMEOUT; 0 refuses all without one (3.3)"
    )

    bulk_polls: int = _switch(1, "status reads that say InProgress before JobComplete (4)")
    bulk_seconds: float = _switch(0.0, "seconds a job needs at least (4)")
    bulk_page_rows: int = _switch(50_000, "rows of a result page when maxRecords is not given (4)")
    bulk_refused: tuple[str, ...] = _switch((), "objects that Bulk refuses with INVALIDENTITY, or `*` (4)")
    bulk_refusal: str = _switch(
        "", "how the next Bulk jobs are refused (4)", "", "jobs", "storage", "quota", "rights", "unsupported"
    )
    bulk_outcome: str = _switch("complete", "what becomes of jobs (4)", "complete", "failed", "stuck", "aborted")
    bulk_error_message: bool = _switch(True, "a failed job carries errorMessage (4)")
    bulk_job_total: int = _switch(0, "added to numberRecordsProcessed")
    bulk_page_count: int = _switch(0, "added to Sforce-NumberOfRecords of every page")
    bulk_count_header: bool = _switch(True, "Sforce-NumberOfRecords is sent")
    unfinished_results: int = _switch(400, "status of results of an unfinished job (question 2)", 400, 412, 204)
    truncate_next: int = _switch(0, "so many result pages end early, in a well-formed reply")
    reset_download_next: int = _switch(0, "so many result pages break off with a reset connection")
    gzip: bool = _switch(True, "replies are compressed for clients that ask")

    fail_next: int = _switch(0, "so many requests fail with fail_status")
    fail_status: int = _switch(503, "status of fail_next", 400, 401, 403, 404, 406, 420, 429, 500, 502, 503, 504)
    fail_body: str = _switch("html", "body of fail_next", "html", "empty", "json")
    fail_path: str = _switch("/services/", "fail_next and reset_next strike paths that contain this")
    reset_next: int = _switch(0, "so many requests lose their connection before an answer")
    slow_seconds: float = _switch(0.0, "seconds every answer is held back")

    def changed(self, settings: Mapping[str, Any]) -> Self:
        """Return the switches with ``settings`` changed.

        Raises SwitchError for an unknown name (offering the nearest) or a setting of the wrong type or kind.
        """
        known = {each.name: each for each in dataclasses.fields(self)}
        for name, value in settings.items():
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"
                raise SwitchError(f"there is no switch {name!r}{hint}")
            _check(known[name], value)
        plain: dict[str, Any] = {
            name: tuple(each) if isinstance(each, list) else each for name, each in settings.items()
        }
        return dataclasses.replace(self, **plain)


def describe_switches() -> dict[str, dict[str, Any]]:
    """Return name, meaning, source, default and allowed settings of every switch."""
    described = {}
    for each in dataclasses.fields(Switches):
        about, source = split_citation(each.metadata["about"], SOURCES)
        described[each.name] = {
            "about": about,
            "source": source,
            "default": each.default,
            "allowed": list(each.metadata["allowed"]),
        }
    return described


def _check(field: dataclasses.Field[Any], value: Any) -> None:
    allowed = field.metadata["allowed"]
    if allowed and value not in allowed:
        raise SwitchError(f"switch {field.name}: {value!r} is none of {', '.join(map(repr, allowed))}")
    if not _fits(str(field.type), value):
        raise SwitchError(f"switch {field.name}: expected {field.type}, got {type(value).__name__}")
    if (
        isinstance(value, (int, float))
        and value < 0
        and not field.name.startswith(("wrong_", "bulk_job_", "bulk_page_c"))
    ):
        raise SwitchError(f"switch {field.name}: {value} is below zero")
    if field.name == "page_rows" and not 1 <= value <= 2_000:
        raise SwitchError(f"switch page_rows: {value} is outside 1 to 2000")


def _fits(kind: str, value: Any) -> bool:
    if value is None:
        return kind.endswith("| None")
    if isinstance(value, bool):
        return kind == "bool"
    if isinstance(value, int):
        return kind.startswith(("int", "float"))
    if isinstance(value, float):
        return kind.startswith("float")
    if isinstance(value, (list, tuple)):
        return kind.startswith("tuple") and all(isinstance(each, str) for each in value)
    return isinstance(value, str) and kind == "str"
