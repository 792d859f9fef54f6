"""The shipped Contact mapping as hand-written code: a function that is called for each record."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from inscriptis import get_text

from benchmarks.sides.deployment import Deployment
from benchmarks.sides.side import Order, Watch, run_side

Spelled = Callable[[str | None], str | None]
"""What is sent for a phone number."""

MARKUP = re.compile(r"<[a-zA-Z/!]|&[#a-zA-Z]")


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Read every part and make the JSON of each record's payload; ``phones`` says whether its numbers are read, too."""
    here = Deployment(order)
    rows, url = here.kept.parts("rows"), here.facts.instance_url
    made = refused = 0
    spelled = _dialled if order.get("phones") else _clean
    with watch.running():
        for part in rows:
            for record in here.store.read_part(part).to_pylist():
                payload, problems = map_contact(record, url, spelled)
                json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
                made += 1
                refused += bool(problems)
    return {"rows": made, "refused": refused}


def map_contact(record: dict[str, Any], instance_url: str, spelled: Spelled) -> tuple[dict[str, Any], list[str]]:
    """Return the payload of one contact, with Salesforce's references, and its problems."""
    problems: list[str] = []
    first, last = _clean(record["FirstName"]), _clean(record["LastName"])
    name = " ".join(f"{first or ''} {last or ''}".split())
    notes = [f"{instance_url}/{record['Id']}"]
    for value in (record["Title"], record["Description"]):
        text = _clean(_html_to_text(value)) if value else None
        if text:
            notes.append(text)
    email = _email(record["Email"], problems)
    numbers = [number for number in (spelled(record["Phone"]), spelled(record["MobilePhone"])) if number]
    payload = {
        "name": f"sf_contact_{record['Id']}",
        "title": (name or "(no name)")[:255],
        "firstname": None if first is None else first[:128],
        "lastname": (last or "(no name)")[:128],
        "account": record["AccountId"],
        "user": record["Owner.Email"],
        "description": "\n".join(notes)[:512],
        "customFields": {
            "email": [] if email is None else [email],
            "number": list(dict.fromkeys(numbers)),
        },
    }
    return payload, problems


def _clean(value: str | None) -> str | None:
    text = (value or "").replace("\0", "").strip()
    return text or None


def _dialled(value: str | None) -> str | None:
    """The number in the form E.164, None for what is none."""
    text = _clean(value)
    if text is None:
        return None
    try:
        number = phonenumbers.parse(text, "CZ")
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if valid else None


def _html_to_text(text: str) -> str:
    if MARKUP.search(text) is None:
        return text
    lines = [line.strip() for line in get_text(text).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _email(value: str | None, problems: list[str]) -> str | None:
    text = _clean(value)
    if text is None:
        return None
    try:
        return str(validate_email(text, check_deliverability=False, test_environment=True).normalized).lower()
    except EmailNotValidError:
        problems.append("email_invalid")
        return None


if __name__ == "__main__":
    run_side(work)
