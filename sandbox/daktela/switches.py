"""The instance's behaviours that the public sources leave open, and its faults.

``about`` ends in the numbers of the sources (``sources.py``) of the settings.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.citations import split_citation
from sandbox.daktela.sources import SOURCES


class SwitchError(ValueError):
    """A switch that does not exist, or a setting it does not know. The message says which and what is allowed."""


def _switch(default: Any, about: str, *allowed: Any) -> Any:
    return dataclasses.field(default=default, metadata={"about": about, "allowed": allowed})


def _share(about: str) -> Any:
    return dataclasses.field(default=0.0, metadata={"about": f"{about}; a share from 0 to 1", "share": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """All switches with their everyday settings. Built through ``changed`` so that bad settings are refused."""

    validation_status: int = _switch(400, "status of a refused write (2)", 400, 422)
    error_shape: str = _switch(
        "form",
        "layout of a refused write: form as captured, lists per field, flat dotted names, a text, a list of texts, "
        "under `errors`, or violations; `auto` gives form with 400 and violations with 422 (2)",
        "auto", "form", "form_lists", "form_flat", "text", "texts", "errors", "violations",
    )  # fmt: skip
    error_language: str = _switch("cs", "language of messages (2)", "cs", "en")
    error_echo: bool = _switch(True, "a refused write echoes the record in `result` (2)", True, False)
    missing_object: str = _switch(
        "empty",
        "reply to a missing record: 404, or `refused` as a refused write (2, 6)",
        "empty",
        "text",
        "texts",
        "refused",
    )
    data_shape: str = _switch("list", "rows of a list: a list, or a map by name (2)", "list", "map")
    total: str = _switch("int", "`result.total` (2)", "int", "string", "null", "absent")
    total_counts: str = _switch(
        "matches", "`result.total` counts the rows of the filter, or every row (10.15)", "matches", "everything"
    )
    envelope_zone: bool = _switch(True, "replies carry _serverTime and _timezone (2)", True, False)
    empty_map: str = _switch("object", "an empty map is written as {} or [] (2)", "object", "list")
    no_error: str = _switch("list", "`error` of a success (2)", "list", "null", "absent")
    stack_fields: str = _switch(
        "newer",
        "fields that only one stack has: `_rdata`, `_guiData` and a user's newer columns, or `survey`, `deleted` "
        "and none of these (4.1)",
        "newer", "older",
    )  # fmt: skip
    form_field_options: str = _switch("null", "`options` of a form's field, where nothing is set (5)", "null", "text")
    scheme_detail: str = _switch("full", "cfScheme as in 2026 or as in 2022 (5)", "full", "short")
    scheme_with_fields: bool = _switch(False, "cfScheme also when fields are selected (5)", False, True)
    selected_reference: str = _switch(
        "name", "a selected reference reads as its name or as an object (4.1)", "name", "object"
    )
    selected_path: str = _switch("nested", "a selected dot path reads nested or under its path (3)", "nested", "flat")
    unset_custom_field: str = _switch("empty", "an unset custom field reads [] or [null] (4.6)", "empty", "null")
    custom_field_shape: str = _switch("list", "custom fields read as lists or as scalars (4.6)", "list", "scalar")
    comparison: str = _switch("any_case", "eq, in and between regard letter case or not (3)", "any_case", "exact")
    empty_in: str = _switch("refused", "`in` with no value (3)", "refused", "matches_all")
    ignored_filters: bool = _switch(False, "filters are silently ignored: every row matches (3)", False, True)
    put_mode: str = _switch(
        "partial", "PUT leaves absent fields unchanged, or clears them (4.6, 6)", "partial", "replacing"
    )
    title_rewritten: bool = _switch(False, "a contact's title is made of its names (4.2)", False, True)
    title_required: bool = _switch(True, "title must be sent (4.2)", True, False)
    lastname_required: bool = _switch(True, "lastname must be sent (4.2)", True, False)
    database_required: bool = _switch(True, "database must be sent (4.2)", True, False)
    empty_description: str = _switch("accepted", 'description "" (4.2)', "accepted", "refused")
    empty_firstname: str = _switch("accepted", 'firstname "" (4.2)', "accepted", "refused")
    empty_custom_fields: str = _switch(
        "accepted", "customFields written as a whole [], not as a map (4.6)", "accepted", "refused"
    )
    text_stored: str = _switch("as_sent", "white space of texts (7)", "as_sent", "trimmed", "collapsed")
    phones_stripped: bool = _switch(False, "phones lose their white space (7)", False, True)
    plus_stored_as_zeros: bool = _switch(False, "phones beginning + are stored beginning 00 (7)", False, True)
    dates_with_midnight: bool = _switch(False, "a DATE reads back with 00:00:00 (7)", False, True)
    lists_sorted: bool = _switch(False, "custom fields of several values come back sorted (7)", False, True)
    post_existing: str = _switch(
        "refused", "POST with a name that exists (6)", "refused", "overwrites", "doubles", "returns_existing"
    )
    deleted_name: str = _switch(
        "reusable", "POST with the name of a deleted record (4.7)", "reusable", "refused", "renamed"
    )
    deleted_shown: bool = _switch(
        False, "deleted records are listed, read and written like others, with `deleted` true (4.1, 4.7)", False, True
    )
    deleted_record: str = _switch(
        "hidden",
        "a deleted record: missing, or shown when it is asked for by its name, and missing to changes (4.7)",
        "hidden",
        "shown",
    )
    unknown_custom_field: str = _switch("ignored", "a custom field the form lacks (4.6)", "ignored", "refused")
    bare_custom_value: str = _switch("accepted", "a custom field sent as a scalar (4.6)", "accepted", "refused")
    several_on_single: str = _switch(
        "refused", "several values for a single-valued field (10.21)", "refused", "first", "stored"
    )
    required_custom_field: str = _switch("", "name of a custom field that every form requires (4.6)")
    removed_custom_field: str = _switch("", "name of a custom field that was taken off all forms and deleted (4.6)")
    removed_custom_field_shown: bool = _switch(
        False, "records still show their values of the removed custom field (4.6)", False, True
    )
    select_values: str = _switch("checked", "values a select field does not offer (5)", "checked", "stored")
    users_endpoint: str = _switch("readable", "users (10.8, 10.25)", "readable", "forbidden", "missing", "empty")
    whoim_endpoint: str = _switch("readable", "whoim (1)", "readable", "forbidden", "missing")
    whoim_without_token: str = _switch(
        "nobody", "whoim without a token: 200 whose `user` is null, or 401 (1.1)", "nobody", "unauthorized"
    )
    whoim_wrong_token: str = _switch("unauthorized", "whoim with an invalid token (10)", "unauthorized", "nobody")
    role_shown: str = _switch("masks", "whoim shows the role with its masks, or hides it (1)", "masks", "hidden")
    crm_databases_endpoint: str = _switch("readable", "crmDatabases (4.5)", "readable", "forbidden", "missing")
    crm_records_types_endpoint: str = _switch("readable", "crmRecordsTypes (4.4)", "readable", "forbidden", "missing")
    form_crm_fields_endpoint: str = _switch("readable", "formCrmFields (5)", "readable", "forbidden", "missing")
    campaigns_types_endpoint: str = _switch("readable", "campaignsTypes (4.8)", "readable", "forbidden", "missing")
    form_fields_endpoint: str = _switch(
        "readable", "formFields, the pool of campaign records (4.8)", "readable", "forbidden", "missing"
    )
    contacts_right: str = _switch("full", "the role's right to contacts (1)", "full", "read", "none")
    accounts_right: str = _switch("full", "the role's right to accounts (1)", "full", "read", "none")
    crm_records_right: str = _switch("full", "the role's right to CRM records (1)", "full", "read", "none")
    campaigns_records_right: str = _switch("full", "the role's right to campaign records (1)", "full", "read", "none")
    campaign_scheme: bool = _switch(True, "campaign records carry cfScheme (10)", True, False)
    campaign_action: str = _switch("number", "a campaign record's action reads as a number (10)", "number", "text")
    campaign_delete_dialled: str = _switch(
        "accepted", "DELETE of a campaign record whose call is in progress (10)", "accepted", "refused"
    )
    without_right: str = _switch("refused", "a read without right: 403, or an empty list (10.25)", "refused", "empty")
    login_reply: str = _switch("object", "only_token login gives an object or a bare text (1)", "object", "text")
    merge_endpoint: str = _switch("there", "mergeContacts and mergeAccounts (4.7, 10)", "there", "missing", "forbidden")
    merge_keeps: str = _switch("first", "which of the merged objects is left (4.7, 10)", "first", "last")
    merged_name: str = _switch(
        "missing", "the name of an object that was merged into another leads nowhere, or to that one (4.7)",
        "missing", "survivor",
    )  # fmt: skip
    merge_moves_children: bool = _switch(True, "a merge moves references to the object that is left (10)", True, False)
    suffix: str = _switch("optional", "paths without .json (1)", "optional", "required")
    longest_url: int = _switch(8190, "longest request line in bytes, longer ones get 414; 0 is no limit (10.20)")

    requests_per_second: float = _switch(0.0, "above it 429; 0 is no limit (6)")
    concurrent_requests: int = _switch(0, "more at once gives 429; 0 is no limit (10.11)")
    over_rate: int = _switch(429, "status above either limit; 503 is a gateway's own page (10.11)", 429, 503)
    retry_after: str = _switch("seconds", "the Retry-After of a 429 (2)", "seconds", "date", "absent")
    retry_after_seconds: int = _switch(1, "how long a 429 asks to wait")
    latency_seconds: float = _switch(0.0, "how long a reply takes at least, the sandbox's own work included")
    server_error: float = _share("502, 503 or 504 as an HTML page, before anything is done (2)")
    internal_error: float = _share("500 in Daktela's own form, before anything is done (2)")
    not_found: float = _share("an empty 404 to a request about one record, although it exists (2)")
    server_error_after: float = _share("the same page after a write took place (6)")
    reset_before: float = _share("the connection is cut before anything is done (6)")
    reset_after: float = _share("the connection is cut after a write took place (6)")
    without_result: float = _share("a success whose body has no `result`, or null or true (2)")
    success_with_error: float = _share("a 2xx write that carries an `error` and stored nothing (2)")
    truncated: float = _share("a body cut in the middle (2)")
    rows_lost: float = _share("a list without its rows, although its total counts them (10.15)")
    redirect: float = _share("a redirect to a sign-in page (2)")
    too_many: float = _share("a 429 at random (2)")
    expired: float = _share("a 401 although the token is good (1)")
    blocked: float = _share("a 403 to a write as an HTML page of a web firewall, before anything is done")
    faults_on: str = _switch("all", "which requests the shares above apply to", "all", "reads", "writes")

    def changed(self, wanted: Mapping[str, Any]) -> Switches:
        """Return these switches with ``wanted`` settings. Raises SwitchError with what is wrong and what is allowed."""
        known = {field.name: field for field in dataclasses.fields(self)}
        for name, value in wanted.items():
            if name not in known:
                raise SwitchError(_unknown(name, known))
            _check(known[name], value)
        return dataclasses.replace(self, **dict(wanted))

    def described(self) -> dict[str, dict[str, Any]]:
        """Return for each switch its value, default, allowed settings, meaning and source."""
        return {field.name: self._described(field) for field in dataclasses.fields(self)}

    def _described(self, field: dataclasses.Field[Any]) -> dict[str, Any]:
        about, source = split_citation(field.metadata["about"], SOURCES)
        return {
            "value": getattr(self, field.name),
            "default": field.default,
            "allowed": list(field.metadata.get("allowed", ())),
            "about": about,
            "source": source,
        }


OLDER: Mapping[str, Any] = {
    "envelope_zone": False, "scheme_detail": "short", "database_required": False, "stack_fields": "older",
}  # fmt: skip
"""The generation of 2019 to 2024, according to captured replies."""

NEWER: Mapping[str, Any] = {
    "validation_status": 422, "error_shape": "violations", "empty_description": "refused", "put_mode": "replacing",
    "error_echo": False, "error_language": "en", "empty_firstname": "refused", "empty_custom_fields": "refused",
}  # fmt: skip
"""The generation of 2025.2 and later, according to its OpenAPI description."""


def _unknown(name: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"known switches: {', '.join(sorted(known))}"
    return f"no switch is called `{name}`: {hint}"


def _check(field: dataclasses.Field[Any], value: Any) -> None:
    allowed = field.metadata.get("allowed", ())
    if allowed:
        fits = any(type(value) is type(choice) and value == choice for choice in allowed)
        wanted = "one of " + ", ".join(repr(choice) for choice in allowed)
    elif isinstance(field.default, str):
        fits, wanted = isinstance(value, str), "text"
    else:
        top = 1.0 if field.metadata.get("share") else float("inf")
        kinds = (int,) if isinstance(field.default, int) else (int, float)
        fits = isinstance(value, kinds) and not isinstance(value, bool) and 0 <= value <= top
        wanted = "a number from 0 to 1" if top == 1.0 else f"{' or '.join(kind.__name__ for kind in kinds)} from 0 up"
    if not fits:
        raise SwitchError(f"switch `{field.name}`: expected {wanted}, got {value!r}")
