"""Numbers and addresses are counted by their hashes; only Ids are told."""

from __future__ import annotations

from typing import Any

from salesforce_daktela.sync.readiness import MOST_IDS, Listed, Reachable, ReadinessCount

MAPPINGS = {"accounts": "accounts", "contacts": "contacts", "leads": "contacts"}


def record(id_: str, numbers: str = "", addresses: str = "", mapping: str = "contacts", **more: Any) -> Reachable:
    return Reachable(
        mapping=mapping,
        model=MAPPINGS[mapping],
        id=id_,
        numbers=tuple(each.encode() for each in numbers.split()),
        addresses=tuple(each.encode() for each in addresses.split()),
        **more,
    )


def counted(*records: Reachable) -> Any:
    count = ReadinessCount()
    count.add(records)
    return count.report(MAPPINGS)


def test_a_number_of_several_records_is_told_with_their_ids() -> None:
    """Of all mappings to one model; a company's line that is a contact's, too, is not: the models are asked apart."""
    found = counted(
        record("1", "a b", "x"),
        record("2", "a", "x", mapping="leads"),
        record("3", "a"),
        record("4", "b", mapping="accounts"),
    )
    assert [(each.kind, each.model, each.records, each.ids) for each in found.shared] == [
        ("number", "contacts", 3, (("contacts", "1"), ("contacts", "3"), ("leads", "2"))),
        ("address", "contacts", 2, (("contacts", "1"), ("leads", "2"))),
    ]
    assert (found.shared_numbers, found.shared_addresses) == (1, 1)


def test_the_share_of_recognised_calls_weighs_each_record_once() -> None:
    """A caller uses one of his numbers; those that are shared or that nobody can dial find nobody."""
    found = counted(
        record("1", "a b"), record("2", "b", undialled=True), record("3"), record("4", "c"), record("5", undialled=True)
    )
    assert found.recognised == {"accounts": None, "contacts": (0.5 + 0 + 0 + 1 + 0) / 5}


def test_what_is_missing_is_counted_by_mapping() -> None:
    """A person with an address alone can be reached."""
    found = counted(record("1", "a"), record("2", "", "x"), record("3", undialled=True), record("4", mapping="leads"))
    contacts, leads = found.mappings[1:]
    assert (contacts.records, contacts.with_number, contacts.with_address) == (3, 1, 1)
    assert (contacts.undialled, contacts.unreachable) == (Listed(records=1, ids=("3",)), Listed(records=1, ids=("3",)))
    assert leads.unreachable == Listed(records=1, ids=("4",))


def test_accounts_without_a_contact_are_listed_up_to_a_bound() -> None:
    accounts = [record(f"{number:03}", mapping="accounts") for number in range(50)]
    found = counted(*accounts, record("c", account="000"))
    assert found.accounts_alone.records == 49
    assert found.accounts_alone.ids == tuple(f"{number:03}" for number in range(1, MOST_IDS + 1))
