"""What the org's users do to its records, each act a choice of numbers so that a history can be cut anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sandbox.salesforce import conversion
from sandbox.salesforce.records import RecordError
from sandbox.salesforce.seed.fill import employee_id
from tests.attacks.world import World

SOBJECTS = ("Account", "Contact", "Lead", "Opportunity")
MERGEABLE = ("Account", "Contact", "Lead")
WORDS = (
    "Zvěřinová",
    "O'Neillová",
    "Dvě  Mezery",
    "<b>Tučná</b>",
    "Šťastná 😀",
    "Null Žádná",
    "{Id} Složená",
    "=Součet(1)",
)
EMPTIED = {
    "Account": ("Phone", "BillingCity", "Description"),
    "Contact": ("FirstName", "Email", "Phone", "MobilePhone", "AccountId", "Description"),
    "Lead": ("FirstName", "Email", "Phone", "Description"),
    "Opportunity": ("AccountId", "Description", "Amount"),
}
MOST_LATE = 480
Rows = list[dict[str, Any]]


def rows(world: World, sobject: str, *, deleted: bool | None = False) -> Rows:
    """Records in the order they were made, those of people who are accounts aside; ``deleted`` None takes all."""
    found = world.sandbox.salesforce.records.read(sobject, limit=1000)
    chosen = [row for row in found if deleted is None or bool(row["IsDeleted"]) is deleted]
    return [row for row in chosen if not row.get("IsPersonAccount")]


def create(world: World, a: int, b: int, c: int) -> None:
    """A new record of any object, perhaps committed late."""
    sobject = SOBJECTS[a % 4]
    made = values(world, sobject, b)
    if sobject == "Account":
        made.setdefault("Name", f"Založená {WORDS[b % 8]} {b}")
    elif sobject == "Opportunity":
        made |= {"Name": f"Příležitost {b}", "StageName": "Prospecting", "CloseDate": "2026-03-29"}
    else:
        made.setdefault("LastName", f"{WORDS[b % 8]} {b}")
    if sobject == "Lead":
        made |= {"Company": f"Firma {b}", "Status": "Working - Contacted"}
    if sobject in ("Contact", "Opportunity") and b % 5:
        made["AccountId"] = one(rows(world, "Account"), c)["Id"]
    late(world, c, None, lambda: world.sandbox.salesforce.records.create(sobject, made))


def update(world: World, a: int, b: int, c: int) -> None:
    """Another value in one or several fields."""
    sobject = SOBJECTS[a % 4]
    row = one(rows(world, sobject), b)
    late(world, c, row, lambda: _update(world, sobject, row, values(world, sobject, b + c)))


def empty(world: World, a: int, b: int, c: int) -> None:
    """A field that loses its value."""
    sobject = SOBJECTS[a % 4]
    row, field = one(rows(world, sobject), b), EMPTIED[sobject][c % len(EMPTIED[sobject])]
    late(world, c, row, lambda: _update(world, sobject, row, {field: None}))


def own(world: World, a: int, b: int, c: int) -> None:
    """Another owner: one with a Daktela login, one without, one who has left."""
    sobject = SOBJECTS[a % 4]
    _update(world, sobject, one(rows(world, sobject), b), {"OwnerId": employee_id(c % 8)})


def reparent(world: World, a: int, b: int, c: int) -> None:
    """Another account for a contact or an opportunity."""
    sobject = ("Contact", "Opportunity")[a % 2]
    row, account = one(rows(world, sobject), b), one(rows(world, "Account"), c)["Id"]
    late(world, c, row, lambda: _update(world, sobject, row, {"AccountId": account}))


def delete(world: World, a: int, b: int, c: int) -> None:
    """Into the bin, an account with all that belongs to it."""
    sobject = SOBJECTS[a % 4]
    row = one(rows(world, sobject), b)
    world.departed.update(id_ for id_ in _family(world, sobject, row["Id"]))
    late(world, c, row if sobject != "Account" else _newest(world), lambda: _records(world).delete(sobject, row["Id"]))


def undelete(world: World, a: int, b: int, _c: int) -> None:
    """Out of the bin again, unless the company it belongs to is still there."""
    sobject = SOBJECTS[a % 4]
    row = one(rows(world, sobject, deleted=True), b)
    accounts = {account["Id"] for account in rows(world, "Account")}
    if row.get("AccountId") is None or row["AccountId"] in accounts:
        _records(world).undelete(sobject, row["Id"])


def merge(world: World, a: int, b: int, c: int) -> None:
    """Two records become one; what belonged to the loser belongs to the winner."""
    sobject = MERGEABLE[a % 3]
    found = rows(world, sobject)
    winner, loser = one(found, b)["Id"], one(found, c)["Id"]
    if winner != loser:
        world.departed.add(loser)
        _records(world).merge(sobject, winner, [loser])


def hard_delete(world: World, a: int, b: int, c: int) -> None:
    """Into the bin and out of it for good; with a company goes what belongs to it."""
    sobject = SOBJECTS[a % 4]
    row = one(rows(world, sobject, deleted=None if c % 3 else True), b)
    family = _family(world, sobject, row["Id"])
    world.departed.update(family)
    for child, ids in (("Contact", family), ("Opportunity", family), (sobject, [row["Id"]])):
        for id_ in ids:
            if any(each["Id"] == id_ for each in rows(world, child, deleted=None)):
                _records(world).hard_delete(child, id_)


def cross_filter(world: World, a: int, b: int, c: int) -> None:
    """In or out of the filter of its mapping."""
    sobject, field = (("Contact", "DoNotCall"), ("Lead", "IsConverted"))[a % 2]
    row = one([row for row in rows(world, sobject) if not row.get("ConvertedContactId")], b)
    world.departed.add(row["Id"])
    late(world, c, row, lambda: _update(world, sobject, row, {field: not row[field]}))


def convert(world: World, a: int, b: int, c: int) -> None:
    """A lead becomes a contact: a new one, or one that is there; perhaps with an account or a deal of its own."""
    lead = one([row for row in rows(world, "Lead") if not row["IsConverted"]], a)
    contact = one(rows(world, "Contact"), c)["Id"] if b % 5 == 0 else None
    account = one(rows(world, "Account"), c)["Id"] if b % 3 and contact is None else None
    world.departed.add(lead["Id"])
    convert = partial(conversion.convert, contact=contact, account=account, opportunity=b % 4 == 0)
    late(world, c, lead, lambda: convert(_records(world), lead["Id"]))


def formula(world: World, a: int, b: int, _c: int) -> None:
    """A score that changes for everybody, or for one through a field that moves no stamp."""
    world.silent.update(row["Id"] for row in rows(world, "Contact"))
    if a % 2:
        _records(world).set_formula_factor("Contact.Skore__c", float(1 + b % 7))
    else:
        row = one(rows(world, "Contact"), b)
        _records(world).update("Contact", row["Id"], {"Body__c": float(b % 100)}, silent=True)


def late(world: World, c: int, row: dict[str, Any] | None, act: Callable[[], object]) -> None:
    """Commit an act up to eight minutes after its stamp, but never before the stamp that the record has."""
    seconds = float(c % MOST_LATE) if c % 3 == 0 else 0.0
    org = world.sandbox.salesforce
    if row is not None:
        since = world.now - datetime.fromisoformat(row["SystemModstamp"])
        seconds = max(0.0, min(seconds, since.total_seconds() - 1))
    org.switch(late_commit_seconds=seconds)
    try:
        act()
    finally:
        org.switch(late_commit_seconds=0.0)


def _update(world: World, sobject: str, row: dict[str, Any], changed: dict[str, Any]) -> None:
    _records(world).update(sobject, row["Id"], changed)


def values(world: World, sobject: str, k: int) -> dict[str, Any]:
    """Values of several fields, as number ``k`` has them."""
    name, phone = f"{WORDS[k % 8]} {k}", f"+420 602 {k % 1000:03d} 11{k % 10}"
    if sobject == "Opportunity":
        return {"Name": f"Zakázka {name}", "IsClosed": bool(k % 2), "Amount": k / 100}
    if sobject == "Account":
        return {"Name": f"Firma {name}", "Phone": phone if k % 3 else f"volat {k}"}
    emails = [f"Osoba{k}@vltava.example", f"osoba{k % 4}@vltava.example", f"neni-email{k}", _known(world, k), None]
    return {"LastName": name, "FirstName": f"Jméno{k}", "Email": emails[k % 5], "MobilePhone": phone}


def _known(world: World, k: int) -> str:
    """The address of somebody whom Daktela knows already, and perhaps knows twice."""
    people = sorted({custom["email"][0] for (model, _), (_, custom) in world.baseline.items()
                     if model == "contacts" and custom.get("email")})  # fmt: skip
    return people[k % len(people)] if people else f"nikdo{k}@vltava.example"


def _family(world: World, sobject: str, id_: str) -> list[str]:
    if sobject != "Account":
        return [id_]
    children = [*rows(world, "Contact", deleted=None), *rows(world, "Opportunity", deleted=None)]
    return [id_, *(row["Id"] for row in children if row["AccountId"] == id_)]


def _newest(world: World) -> dict[str, Any]:
    everything = [row for sobject in SOBJECTS for row in rows(world, sobject, deleted=None)]
    return max(everything, key=lambda row: str(row["SystemModstamp"]))


def one(found: Rows, number: int) -> dict[str, Any]:
    """The record that a number chooses. Raises RecordError where there is none."""
    if not found:
        raise RecordError("there is nobody to do it to")
    return found[number % len(found)]


def _records(world: World) -> Any:
    return world.sandbox.salesforce.records


ACTS: dict[str, Callable[[World, int, int, int], None]] = {
    each.__name__: each
    for each in (
        create, update, empty, own, reparent, delete, undelete, merge, hard_delete, cross_filter, convert, formula,
    )
}  # fmt: skip
