"""How many rows of each sObject an org of a size has."""

from __future__ import annotations

from typing import Literal

Size = Literal["tiny", "small", "medium", "large"]
MAX_CONTACTS = 1_000_000
TINY = {
    "Account": 30,
    "Contact": 60,
    "Lead": 20,
    "Opportunity": 40,
    "Smlouva__c": 25,
    "Campaign": 3,
    "CampaignMember": 24,
}
CONTACTS: dict[str, int] = {"small": 600, "medium": 10_000, "large": 100_000}


def row_counts(size: Size | int) -> dict[str, int]:
    """Return rows per sObject; a number asks for so many contacts and the rest in proportion.

    Raises ValueError for an unknown size or a number outside 1 .. MAX_CONTACTS.
    """
    if size == "tiny":
        return dict(TINY)
    contacts = size if isinstance(size, int) else CONTACTS.get(size)
    if contacts is None or not 1 <= contacts <= MAX_CONTACTS:
        raise ValueError(f"size {size!r}: expected tiny, {', '.join(CONTACTS)} or contacts from 1 to {MAX_CONTACTS}")
    return {
        "Account": max(1, contacts // 3),
        "Contact": contacts,
        "Lead": max(1, contacts // 4),
        "Opportunity": max(1, contacts // 2),
        "Smlouva__c": max(1, contacts // 3),
        "Campaign": 3,
        "CampaignMember": max(1, contacts // 5),
    }
