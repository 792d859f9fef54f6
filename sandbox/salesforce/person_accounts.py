"""Person accounts: an Account and a Contact that are one person, kept alike as Salesforce keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

import numpy as np

from sandbox.salesforce.objects.person import OF_CONTACT, PERSON_FIELDS
from sandbox.salesforce.records import Records
from sandbox.salesforce.seed.columns import World, contact_columns
from sandbox.salesforce.seed.draw import LAST_DAY, Draw
from sandbox.salesforce.seed.pools import czech_pools

FLAGS = {each.name for each in PERSON_FIELDS if each.type == "boolean"}
SINCE = datetime.combine(LAST_DAY, time(), UTC)
"""When the first people changed last: as old as the newest of the other records."""
ONE_IN = 5
"""A person for this many contacts, once an org has person accounts."""


def is_person(records: Records, account: str) -> bool:
    """Whether an account is a person's."""
    found = records.read("Account", record=account)
    return bool(found and found[0]["IsPersonAccount"])


def create_person(records: Records, values: Mapping[str, Any], *, at: datetime | None = None) -> str:
    """Add a person, whose ``values`` are fields of Account; return the account's Id. ``at`` sets earlier stamps.

    Within a transaction of the caller, so that nobody sees the one record without the other.
    """
    account = records.create("Account", {**values, "IsPersonAccount": True, "Name": _name(values)}, at=at)
    same = {**_of_contact(values), "AccountId": account, "IsPersonAccount": True}
    contact = records.create("Contact", same, at=at)
    records.update("Account", account, {"PersonContactId": contact}, at=at)
    return account


def update_person(records: Records, account: str, values: Mapping[str, Any], *, at: datetime | None = None) -> None:
    """Change fields of a person's account; the contact has the same values and the same stamp."""
    row = {**records.read("Account", record=account)[0], **values}
    with records.transaction():
        records.update("Account", account, {**values, "Name": _name(row)}, at=at)
        records.update("Contact", row["PersonContactId"], _of_contact(values), at=at)


def merge_people(records: Records, winner: str, losers: list[str]) -> None:
    """Merge people, given by their accounts' Ids: both records of a loser go to the bin, each into its like."""
    contacts = {each: records.read("Account", record=each)[0]["PersonContactId"] for each in (winner, *losers)}
    records.merge("Account", winner, losers)
    records.merge("Contact", contacts[winner], [contacts[each] for each in losers])


def enable(records: Records, seed: int) -> None:
    """Add the first people, made like the org's contacts, if there are none yet."""
    counts = records.counts()
    if any(row["IsPersonAccount"] for row in records.read("Account", limit=counts["Account"])):
        return
    draw = Draw(np.random.default_rng([seed, counts["Contact"]]), 0, max(1, counts["Contact"] // ONE_IN))
    columns = contact_columns(draw, World(counts=counts, pools=czech_pools()))
    with records.transaction():
        for row in zip(*columns.values(), strict=True):
            create_person(records, _of_account(dict(zip(columns, row, strict=True))), at=SINCE)


def _of_account(values: Mapping[str, Any]) -> dict[str, Any]:
    """A contact's values as fields of a person's account; flags are numbers in seeded columns."""
    fields = {account: values[contact] for account, contact in OF_CONTACT.items() if contact in values}
    return {name: bool(value) if name in FLAGS else value for name, value in fields.items()}


def _of_contact(values: Mapping[str, Any]) -> dict[str, Any]:
    return {OF_CONTACT[name]: value for name, value in values.items() if name in OF_CONTACT}


def _name(values: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (values.get("FirstName"), values.get("LastName"))))
