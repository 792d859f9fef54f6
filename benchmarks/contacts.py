"""Numbered contacts like those of the shipped mapping, in versions that differ in one field."""

from __future__ import annotations

from typing import Any


def record_id(number: int) -> str:
    """An Id of 18 characters."""
    return f"003xx{number:010d}AAA"


def name_of(number: int) -> str:
    """The record's name in Daktela, by the shipped mapping's key."""
    return f"sf_contact_{record_id(number)}"


def payload(number: int, version: int) -> dict[str, Any]:
    """The payload, without name and CRM database."""
    return {
        "customFields": {"email": [f"jana.novotna{number}@example.com"], "number": [f"+420{600_000_000 + number}"]},
        "description": f"https://acme.lightning.force.com/lightning/r/{record_id(number)}/view\nManager {version}",
        "firstname": "Jana",
        "lastname": f"Novotná {number}",
        "title": f"Jana Novotná {number}",
    }
