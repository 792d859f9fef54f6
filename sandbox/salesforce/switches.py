"""The org's behaviours that the sources (``sources.py``) leave open, and its faults.

A switch whose name ends in ``_next`` counts down: it affects this many of the next requests.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from sandbox.citations import split_citation
from sandbox.salesforce.alterations import read_alterations
from sandbox.salesforce.sources import SOURCES


class SwitchError(ValueError):
    """A switch that does not exist, or a setting it does not know. The message says which and what is allowed."""


ACTS = ("create", "update", "formula", "delete", "undelete", "merge", "hard_delete")
RELEASES = range(59, 73)


def _switch(default: Any, about: str, *allowed: Any) -> Any:
    return dataclasses.field(default=default, metadata={"about": about, "allowed": allowed})


def _signed(default: float, about: str) -> Any:
    return dataclasses.field(default=default, metadata={"about": about, "allowed": (), "signed": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """All switches with their everyday settings. Change them through ``changed``, which refuses bad settings."""

    app_installed: bool = _switch(True, "the app is installed in this org, so users may use it (1.5)")
    trusted_ip: bool = _switch(False, "the password alone suffices, without the security token (1.1)")
    password_flow: bool = _switch(True, "the username-password flow is enabled (1.1, 1.5)")
    client_credentials_flow: bool = _switch(True, "the app has a run-as user (1.2)")
    own_audience: bool = _switch(True, "a JWT may name the org's own address as its audience (question 1)")
    soap_login: bool = _switch(True, "SOAP login() is allowed up to v64.0 (1.4)")
    rotate_refresh_token: bool = _switch(False, "a refresh gives a new refresh token (7.7)")
    expires_in: bool = _switch(False, "a token reply tells its seconds, too (question 5)")
    issued_at: str = _switch("milliseconds", "unit of issued_at (question 5)", "milliseconds", "seconds")
    organization: int = _switch(
        1, "which of several orgs answers here: another number has another organization Id, and ends every session"
    )
    moved: str = _switch(
        "",
        "tokens name another instance_url: what the former address answers, nothing when the org has not moved (1.6)",
        "", "unauthorized", "redirect", "html",
    )  # fmt: skip
    token_calls: int | None = _switch(None, "calls after which a token expires (1.7)")
    unauthorized: bool = _switch(False, "every call gets 401, whatever its token (1.7)")
    unauthorized_text: str = _switch("Session expired or invalid", "message of a 401 (1.7)")
    unauthorized_body: str = _switch("list", "body of such a 401 (1.7)", "list", "object", "html")
    clock_skew_seconds: float = _signed(
        0.0, "seconds by which the org's clock is ahead of this machine's; negative is behind"
    )

    hidden_fields: tuple[str, ...] = _switch((), "fields hidden from the user, as Contact.Email (3.1)")
    hidden_fields_described: bool = _switch(False, "describe still tells hidden_fields, queries refuse them (3.1)")
    hidden_objects: tuple[str, ...] = _switch((), "objects hidden from the user, as Lead (3.1)")
    hidden_records: tuple[str, ...] = _switch(
        (), "Ids of records that the user may not see; their stamps do not change (5)"
    )
    unfilterable_fields: tuple[str, ...] = _switch((), "fields no query may filter on, as Lead.SystemModstamp (3.1)")
    person_accounts: bool = _switch(
        False,
        "people are accounts, too: the first ones are added, and Account has the Person fields (3.6)",
    )
    required_filters: tuple[str, ...] = _switch(
        (), "fields of which a query of their object has to filter on one, as with ContentDocumentLink (3.5)"
    )
    altered_fields: tuple[str, ...] = _switch(
        (),
        "fields changed in describe, as `Contact.Title length=40`; also type, required, values between bars (3)",
    )
    archived_records: int = _switch(
        0, "one in this many records is archived: query hides it, queryAll shows it, IsDeleted is false; 0 is none (5)"
    )
    blank_deleted: bool = _switch(False, "records in the bin have lost the fields that may be empty (5)")
    late_commit_seconds: float = _switch(
        0.0, "writes have stamps this many seconds old, and become visible only now (5)"
    )
    tied_stamps_seconds: int = _switch(1, "stamps of writes are multiples of this many seconds (5)")
    activity_calls: int = _switch(0, "users change something each time after this many calls; 0 is never (5)")
    activity_acts: tuple[str, ...] = _switch(ACTS, "what the users do: any of these (5)", *ACTS)
    activity_seed: int = _switch(1, "with the same seed the users do the same")

    daily_calls: int = _switch(100_000, "DailyApiRequests.Max (3)")
    quota_remaining: int = _switch(99_950, "DailyApiRequests.Remaining; each call takes one, 0 refuses (3)")
    limit_info: str = _switch("plain", "Sforce-Limit-Info header (3)", "plain", "per_app", "absent")
    failed_calls_counted: bool = _switch(True, "refused calls use the quota; a 401 never does (question 4)")
    bulk_limit_info: bool = _switch(True, "Bulk replies carry Sforce-Limit-Info (question 3)")
    concurrent_next: int = _switch(0, "this many calls are refused because too many long ones run (3.3)")
    latest_version: int = _switch(68, "the org's API version; 70 is Summer '27, without SOAP login (1.4)", *RELEASES)
    bulk_calls_counted: bool = _switch(True, "Bulk calls use the quota (open question 3)")
    limits_forbidden: bool = _switch(False, "the user lacks View Setup and Configuration (3)")

    composite: str = _switch(
        "there", "the Composite resource of this org (question 7)", "there", "missing", "forbidden"
    )
    page_rows: int = _switch(2_000, "rows of a REST page at most, 1 to 2000 (3.2)")
    uneven_pages: bool = _switch(False, "REST pages of changing size, as for wide rows (3.2)")
    locator_reuse: str = _switch("refused", "a page asked for twice (7.24)", "refused", "allowed")
    expire_locator_next: int = _switch(0, "this many further pages have an expired locator (3.2)")
    exponents: bool = _switch(False, "doubles from ten million on are written 1.0E7")
    wrong_total: int = _signed(0, "added to totalSize of REST replies (7)")
    query_timeout_days: float | None = _switch(
        None, "longest SystemModstamp window in days, wider ones get QUERY_TIMEOUT; 0 refuses all without one (3.3)"
    )
    lookups_indexed: bool = _switch(True, "a list of Ids in a lookup field is quick, like one in Id (3.3)")

    bulk_polls: int = _switch(1, "status reads that say InProgress before JobComplete (4)")
    bulk_seconds: float = _switch(0.0, "seconds a job needs at least (4)")
    bulk_slow: tuple[str, ...] = _switch(("*",), "objects whose jobs need bulk_seconds, `*` is all (4)")
    bulk_page_rows: int = _switch(50_000, "rows of a result page when maxRecords is not given (4)")
    bulk_refused: tuple[str, ...] = _switch((), "objects that Bulk refuses with INVALIDENTITY, or `*` (4)")
    bulk_refusal: str = _switch(
        "",
        "how the next Bulk jobs are refused: by a limit, for want of a right, as an object or an org without Bulk (4)",
        "", "jobs", "storage", "quota", "rights", "unsupported", "disabled", "user", "missing", "compound", "operation",
    )  # fmt: skip
    bulk_outcome: str = _switch("complete", "how jobs end (4)", "complete", "failed", "stuck", "aborted")
    bulk_outcome_jobs: int | None = _switch(None, "this many next jobs end with bulk_outcome; null is all (4)")
    bulk_uneven_pages: bool = _switch(False, "result pages hold fewer rows than requested, each another number (4)")
    bulk_expire_next: int = _switch(0, "this many reads of results find that the job has expired (4)")
    bulk_error_message: bool = _switch(True, "a failed job carries errorMessage (4)")
    bulk_error_text: str = _switch(
        "QUERY_TIMEOUT: Your query request was running for too long.", "errorMessage of a failed job (4)"
    )
    bulk_job_total: int = _signed(0, "added to numberRecordsProcessed (7)")
    bulk_page_count: int = _signed(0, "added to Sforce-NumberOfRecords of every page (7)")
    bulk_count_header: bool = _switch(True, "Sforce-NumberOfRecords is sent (7)")
    bulk_empty_body: bool = _switch(False, "a result page without rows has no header line either (7)")
    unfinished_results: int = _switch(400, "status of results of an unfinished job (question 2)", 400, 412, 204)
    truncate_next: int = _switch(0, "this many result pages end early, in a well-formed reply")
    reset_download_next: int = _switch(0, "this many result pages end with a reset connection")
    gzip: bool = _switch(True, "replies are compressed for clients that ask")

    fail_next: int = _switch(0, "this many requests fail with fail_status")
    fail_every: int = _switch(0, "one in this many requests fails with fail_status; 0 is none")
    fail_code: str = _switch("", "errorCode of fail_body json; empty chooses one by the status (3.3)")
    fail_retry_after: str = _switch("", "Retry-After of such a reply; empty sends none (3)")
    fail_status: int = _switch(503, "status of fail_next", 400, 401, 403, 404, 406, 420, 429, 500, 502, 503, 504)
    fail_body: str = _switch("html", "body of fail_next", "html", "empty", "json")
    fail_path: str = _switch("/services/", "fail_next, fail_every and reset_next apply to paths that contain this")
    long_head_status: int | None = _switch(
        None,
        "status of a request head above 16 KiB; null depends on which part is long (question 6)",
        None,
        414,
        431,
    )
    reset_next: int = _switch(0, "this many requests lose their connection before a reply")
    slow_seconds: float = _switch(0.0, "seconds by which every reply is delayed")

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
    chosen = value if isinstance(field.default, tuple) and isinstance(value, (list, tuple)) else (value,)
    if allowed and not set(chosen) <= set(allowed):
        raise SwitchError(f"switch {field.name}: {value!r} is none of {', '.join(map(repr, allowed))}")
    if not _fits(str(field.type), value):
        raise SwitchError(f"switch {field.name}: expected {field.type}, got {type(value).__name__}")
    if isinstance(value, (int, float)) and value < 0 and not field.metadata.get("signed"):
        raise SwitchError(f"switch {field.name}: {value} is below zero")
    if field.name == "altered_fields":
        try:
            read_alterations(value)
        except ValueError as exc:
            raise SwitchError(f"switch altered_fields: {exc}") from None
    if field.name == "page_rows" and not 1 <= value <= 2_000:
        raise SwitchError(f"switch page_rows: {value} is outside 1 to 2000")
    if field.name in ("tied_stamps_seconds", "organization") and value < 1:
        raise SwitchError(f"switch {field.name}: 0 is below one")


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
