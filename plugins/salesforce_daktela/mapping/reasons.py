"""What the codes of refused values mean, for the person who reads the list of rejects."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "boolean_invalid": "neither a yes nor a no; correct it in Salesforce or name the words in a value table",
    "date_invalid": "does not read as a date in the transform's format",
    "datetime_invalid": "does not read as a date and time in the transform's format",
    "email_invalid": "not an e-mail address; correct it in Salesforce or set on_error: drop",
    "html_unreadable": "HTML that no parser reads, such as thousands of levels; correct it in Salesforce",
    "key_invalid": "the key must come out as 1 to 64 of A-Z a-z 0-9 _ -",
    "not_sendable": "a value that has no text, such as a number that is none",
    "number_invalid": "not a number",
    "option_unknown": "Daktela does not offer this value; translate it with a value table",
    "phone_invalid": "not a number that can be dialled; correct it in Salesforce or set on_error: drop",
    "regex_endless": "the pattern came to no end within a second; write it without nested repeats",
    "regex_no_match": "the pattern does not match",
    "required_empty": "Daktela requires this field and it came out empty; correct it in Salesforce or set a default",
    "unforeseen": "the pipeline itself failed on this record; the load task's log tells where: report that place",
    "url_invalid": "not a web address",
    "value_unlisted": "not in the value table; add it there or set a default",
}


def reason(code: str) -> str:
    """Return what a code means and what to do; a project's own transform has a code after its name."""
    found = REASONS.get(code)
    return f"the transform {code.removesuffix('_failed')} could not use this value" if found is None else found
