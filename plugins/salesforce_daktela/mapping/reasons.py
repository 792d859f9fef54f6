"""What the codes of refused values mean, for the person who reads the list of rejects."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "boolean_invalid": "neither yes nor no; correct it in Salesforce or list its words in a value table",
    "date_invalid": "cannot be read as a date in the transform's format",
    "datetime_invalid": "cannot be read as a date and time in the transform's format",
    "email_invalid": "not an e-mail address; correct it in Salesforce or set on_error: drop",
    "html_unreadable": "HTML that the parser cannot read, such as thousands of levels; correct it in Salesforce",
    "key_invalid": "the name must be 1 to 64 characters of A-Z a-z 0-9 _ -",
    "not_sendable": "a value that cannot be written as a text, such as a number that is infinite",
    "number_invalid": "not a number",
    "option_unknown": "Daktela does not offer this value; translate it with a value table",
    "phone_invalid": "not a number that can be dialled; correct it in Salesforce or set on_error: drop",
    "regex_endless": "the pattern did not finish within a second; write it without nested repeats",
    "regex_no_match": "the pattern does not match",
    "required_empty": "Daktela requires this field and it is empty; correct it in Salesforce or set a default",
    "unforeseen": "an error in the pipeline stopped this record; report the place that the load task's log names",
    "url_invalid": "not a web address",
    "value_unlisted": "not in the value table; add it there or set a default",
}


def reason(code: str) -> str:
    """Return what a code means and what to do; a project's own transform has a code after its name."""
    found = REASONS.get(code)
    return f"the transform {code.removesuffix('_failed')} could not use this value" if found is None else found
