"""What becomes of people who are accounts, and of the leads that become them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sandbox.salesforce import conversion, person_accounts
from tests.attacks import org_acts
from tests.attacks.org_acts import Rows, late, one, rows, values
from tests.attacks.world import World

EMPTIED = ("FirstName", "PersonEmail", "Phone", "PersonMobilePhone", "Description")
OF_PERSON = {"Email": "PersonEmail", "MobilePhone": "PersonMobilePhone"}


def people(world: World, *, deleted: bool | None = False) -> Rows:
    """Their accounts, in the order they were made; ``deleted`` None takes all."""
    found = world.sandbox.salesforce.records.read("Account", limit=1000)
    chosen = [row for row in found if row["IsPersonAccount"]]
    return [row for row in chosen if deleted is None or bool(row["IsDeleted"]) is deleted]


def create_person(world: World, _a: int, b: int, c: int) -> None:
    """Another person, perhaps committed late."""
    late(world, c, None, lambda: _create(world, b))


def create_lead(world: World, _a: int, b: int, c: int) -> None:
    """A lead without a company: whoever it becomes will be an account."""
    made = {**values(world, "Lead", b), "Status": "Working - Contacted"}
    late(world, c, None, lambda: world.sandbox.salesforce.records.create("Lead", made))


def update_person(world: World, a: int, b: int, c: int) -> None:
    """Another value in several fields, or none in one."""
    row = one(people(world), a)
    changed = {EMPTIED[c % len(EMPTIED)]: None} if b % 4 == 0 else _values(world, b)
    late(world, c, row, lambda: person_accounts.update_person(world.sandbox.salesforce.records, row["Id"], changed))


def delete_person(world: World, a: int, b: int, c: int) -> None:
    """Into the bin, or out of it for good."""
    row = one(people(world, deleted=None if b % 4 == 0 else False), a)
    world.departed.update((row["Id"], row["PersonContactId"]))
    records = world.sandbox.salesforce.records
    if b % 4:
        late(world, c, row, lambda: records.delete("Account", row["Id"]))
    else:
        records.hard_delete("Contact", row["PersonContactId"])
        records.hard_delete("Account", row["Id"])


def undelete_person(world: World, a: int, _b: int, _c: int) -> None:
    """Out of the bin again."""
    world.sandbox.salesforce.records.undelete("Account", one(people(world, deleted=True), a)["Id"])


def merge_people(world: World, a: int, b: int, _c: int) -> None:
    """Two people are one."""
    winner, loser = one(people(world), a), one(people(world), b)
    if winner["Id"] != loser["Id"]:
        world.departed.update((loser["Id"], loser["PersonContactId"]))
        person_accounts.merge_people(world.sandbox.salesforce.records, winner["Id"], [loser["Id"]])


def convert_to_person(world: World, a: int, b: int, c: int) -> None:
    """A lead becomes a person: a new one if it has no company, or one who is there."""
    leads = [row for row in rows(world, "Lead") if not row["IsConverted"]]
    alone = [row for row in leads if not row["Company"]]
    lead = one(alone or leads, a)
    account = one(people(world), c)["Id"] if lead["Company"] or b % 3 == 0 else None
    world.departed.add(lead["Id"])
    convert = partial(conversion.convert, account=account, opportunity=b % 4 == 0)
    late(world, c, lead, lambda: convert(world.sandbox.salesforce.records, lead["Id"]))


def _create(world: World, b: int) -> str:
    records = world.sandbox.salesforce.records
    with records.transaction():
        return person_accounts.create_person(records, _values(world, b))


def _values(world: World, k: int) -> dict[str, object]:
    return {OF_PERSON.get(name, name): value for name, value in values(world, "Contact", k).items()}


ACTS: dict[str, Callable[[World, int, int, int], None]] = {
    **org_acts.ACTS,
    **{
        each.__name__: each
        for each in (
            create_person, create_lead, update_person, delete_person, undelete_person, merge_people, convert_to_person,
        )
    },
}  # fmt: skip
