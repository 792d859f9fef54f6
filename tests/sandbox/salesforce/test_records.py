"""What acts of users and administrators change in the org."""

# ruff: noqa: S608  SOQL of constants and Ids, not SQL

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.salesforce.org import Org
from sandbox.salesforce.records import RecordError
from sandbox.salesforce.results import ResultSet, plan_soql
from sandbox.salesforce.soql.rendering import record_sql


def one(org: Org, sobject: str, record: str) -> dict[str, Any]:
    """Return a stored row."""
    (found,) = org.records.read(sobject, record=record)
    return found


def test_deleting_an_account_takes_its_contacts_along(org: Org) -> None:
    """Contacts of a deleted account are in the bin too and return with it."""
    account = org.records.create("Account", {"Name": "x"})
    contact = org.records.create("Contact", {"LastName": "y", "AccountId": account})
    org.records.delete("Account", account)
    assert one(org, "Contact", contact)["IsDeleted"] == 1
    org.records.undelete("Account", account)
    assert (one(org, "Contact", contact)["IsDeleted"], one(org, "Account", account)["IsDeleted"]) == (0, 0)


def test_a_merged_account_is_in_the_bin(org: Org) -> None:
    """A merged account is in the bin with its winner's Id, and its contacts belong to the winner."""
    winner, loser = (org.records.create("Account", {"Name": name}) for name in ("vítěz", "poražený"))
    contact = org.records.create("Contact", {"LastName": "y", "AccountId": loser})
    org.records.merge("Account", winner, [loser])
    merged = one(org, "Account", loser)
    assert (merged["IsDeleted"], merged["MasterRecordId"]) == (1, winner)
    assert (one(org, "Contact", contact)["AccountId"], one(org, "Contact", contact)["IsDeleted"]) == (winner, 0)


def test_a_failed_merge_changes_nothing(org: Org) -> None:
    """When one loser is unknown none is merged."""
    winner, loser = (org.records.create("Account", {"Name": name}) for name in ("a", "b"))
    with pytest.raises(RecordError, match="there is no Account 001"):
        org.records.merge("Account", winner, [loser, "001000000000000AAA"])
    assert one(org, "Account", loser)["IsDeleted"] == 0


def test_a_late_commit_has_an_old_stamp(org: Org) -> None:
    """A record can appear now with a stamp from before."""
    then = datetime.now(UTC) - timedelta(minutes=7)
    record = org.records.create("Lead", {"LastName": "x", "Company": "y"}, at=then)
    assert one(org, "Lead", record)["SystemModstamp"] == f"{then:%Y-%m-%dT%H:%M:%S}.000Z"


def test_a_silent_update_moves_no_stamp(org: Org) -> None:
    """A change without a stamp leaves SystemModstamp alone."""
    record = org.records.create("Lead", {"LastName": "x", "Company": "y"}, at=datetime(2026, 1, 1, tzinfo=UTC))
    org.records.update("Lead", record, {"Title": "z"}, silent=True)
    assert (one(org, "Lead", record)["Title"], one(org, "Lead", record)["SystemModstamp"]) == (
        "z", "2026-01-01T00:00:00.000Z",
    )  # fmt: skip


def test_a_changed_formula_moves_no_stamp(org: Org) -> None:
    """A formula's result changes with the formula, the stamps do not."""
    record = org.records.create("Contact", {"LastName": "x", "Body__c": 10})
    plan = plan_soql(
        f"SELECT Skore__c, SystemModstamp FROM Contact WHERE Id = '{record}'",
        org.catalogue, today=org.today, with_deleted=False,
    )  # fmt: skip

    def seen() -> Any:
        rows = ResultSet(org.path, plan)
        found = json.loads(next(rows.render(record_sql(plan, "60.0"), 0, 1)))
        rows.close()
        return found

    before = seen()
    org.records.set_formula_factor("Contact.Skore__c", 3)
    assert (before["Skore__c"], seen()) == (15.0, {**before, "Skore__c": 30.0})


def test_mutate_is_deterministic(org: Org) -> None:
    """The same seed chooses the same live records."""
    for number in range(20):
        org.records.create("Lead", {"LastName": str(number), "Company": "y"})
    first, second = (org.records.mutate("Lead", 5, seed=3) for _ in range(2))
    assert (first, len(set(first))) == (second, 5)


def test_the_bin_is_purged_after_fifteen_days(org: Org) -> None:
    """Purging removes what is old enough and nothing else."""
    old, fresh = (org.records.create("Lead", {"LastName": "x", "Company": "y"}) for _ in range(2))
    org.records.delete("Lead", old)
    org.records.delete("Lead", fresh)
    org.records.update("Lead", old, {"Title": "x"}, at=datetime.now(UTC) - timedelta(days=16))
    org.records.purge_bin()
    assert (org.records.read("Lead", record=old), len(org.records.read("Lead", record=fresh))) == ([], 1)


@pytest.mark.parametrize(
    ("sobject", "values", "words"),
    [
        ("Nic", {}, "there is no sObject 'Nic'; known: Organization"),
        ("Lead", {"Prijmeni": "x"}, "Lead has no writable field 'Prijmeni'"),
        ("Contact", {"Skore__c": 1}, "Contact has no writable field 'Skore__c'"),
        ("Lead", {"DoNotCall": "ano"}, "Lead.DoNotCall: a boolean does not take str"),
        ("Lead", {"AnnualRevenue": "1"}, "Lead.AnnualRevenue: a currency does not take str"),
        ("Contact", {"AccountId": "x"}, "Contact.AccountId: not an Id of 15 or 18 characters"),
        ("Contact", {"Birthdate": "1. 2. 2000"}, "Contact.Birthdate: not an ISO date"),
    ],
)
def test_an_invalid_write_is_refused(org: Org, sobject: str, values: dict[str, Any], words: str) -> None:
    """A write that makes no sense is refused with what is wrong."""
    with pytest.raises(RecordError) as caught:
        org.records.create(sobject, values)
    assert str(caught.value).startswith(words)


def test_a_kept_file_is_opened_again(org: Org) -> None:
    """An org opened on its file still holds what was written."""
    record = org.records.create("Lead", {"LastName": "x", "Company": "y"})
    again = Org.create(size="tiny", path=org.path)
    assert len(again.records.read("Lead", record=record)) == 1
    again.close()
