"""Lookups of many records, with all behaviours of filters."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.lookup import find_by_match, find_by_names, users_by_email
from salesforce_daktela.daktela.wire.errors import DaktelaError
from sandbox.daktela.instance import Instance
from tests.daktela.on_sandbox.examples import contact

EMAIL = "customFields.email"


def names(count: int) -> list[str]:
    """Names as they are made from Salesforce Ids."""
    return [f"sf_contact_003{number:012d}AAA" for number in range(count)]


def fill(client: DaktelaClient, count: int, **values: Any) -> list[str]:
    """Create that many contacts."""
    made = names(count)
    for name in made:
        client.create("contacts", contact(name, **values))
    return made


@pytest.mark.parametrize("comparison", ["any_case", "exact"])
def test_names_are_found_exactly(daktela: Instance, client: DaktelaClient, comparison: str) -> None:
    """Two Salesforce Ids may differ in letter case alone, and the server may not mind it."""
    client.create("contacts", contact("sf_contact_003AAA"))
    client.create("contacts", contact("sf_contact_004xyz"))
    daktela.switch(comparison=comparison)
    asked = ["sf_contact_003AAA", "sf_contact_003aaa", "sf_contact_004XYZ"]
    found = find_by_names(client, "contacts", asked, fields=("name",))
    assert sorted(found) == ["sf_contact_003AAA"]


def test_many_names_take_few_calls(daktela: Instance, client: DaktelaClient) -> None:
    """Chunks as long as an address may safely be."""
    made = fill(client, 30)
    daktela.journal.clear()
    found = find_by_names(client, "contacts", [*made, *(f"{name}x" for name in names(270))], fields=("name", "title"))
    assert sorted(found) == made
    assert daktela.journal.calls["GET contacts"] <= 5
    assert max(len(f"{entry.path}?{entry.query}") for entry in daktela.journal.entries) < 8000


@pytest.mark.parametrize("longest", [1200, 600])
def test_addresses_too_long_for_the_server_are_halved(daktela: Instance, client: DaktelaClient, longest: int) -> None:
    """After a 414 the client sends two shorter searches; the 414 is neither an error nor "not found"."""
    made = fill(client, 8)
    daktela.switch(longest_url=longest)
    found = find_by_names(client, "contacts", [*made, *(f"{name}x" for name in names(8))], fields=("name",))
    assert sorted(found) == made
    assert daktela.journal.statuses[414] > 0


def test_after_a_414_all_searches_are_short(daktela: Instance, client: DaktelaClient) -> None:
    """Only the first search gets a 414."""
    daktela.switch(longest_url=4000)
    find_by_names(client, "contacts", names(300), fields=("name",))
    assert daktela.journal.statuses[414] > 0
    daktela.journal.clear()
    find_by_names(client, "contacts", names(300), fields=("name",))
    assert daktela.journal.statuses[414] == 0


def test_a_name_too_long_for_any_address_is_an_error(daktela: Instance, client: DaktelaClient) -> None:
    """Halving ends at one value."""
    daktela.switch(longest_url=150)
    with pytest.raises(DaktelaError) as caught:
        find_by_names(client, "contacts", names(3), fields=("name",))
    assert caught.value.status == 414


@pytest.mark.parametrize(
    "fault", ["server_error", "reset_before", "without_result", "truncated", "rows_lost", "expired"]
)
def test_a_failed_lookup_is_an_error(daktela: Instance, client: DaktelaClient, fault: str) -> None:
    """Whoever reads it as "not found" creates duplicates."""
    made = fill(client, 1)
    daktela.script.order(fault, method="GET", endpoint="contacts", times=50)
    with pytest.raises(DaktelaError):
        find_by_names(client, "contacts", made, fields=("name",))


def test_a_lookup_without_its_rows_is_asked_again(daktela: Instance, client: DaktelaClient) -> None:
    """The total says that there are some."""
    made = fill(client, 1)
    daktela.script.order("rows_lost", method="GET", endpoint="contacts", times=3)
    assert set(find_by_names(client, "contacts", made, fields=("name",))) == set(made)


@pytest.mark.parametrize("total", ["int", "string"])
def test_a_total_that_ignores_the_filter_is_not_used(daktela: Instance, client: DaktelaClient, total: str) -> None:
    """One search for a name that nobody has shows it; after that an empty page is the end."""
    made = fill(client, 2)
    daktela.switch(total=total, total_counts="everything")
    assert set(find_by_names(client, "contacts", [*made, "sf_contact_x"], fields=("name",))) == set(made)
    daktela.journal.clear()
    assert find_by_match(client, "contacts", EMAIL, ["nobody@example.com"], database="sales") == {}
    assert daktela.journal.calls["GET contacts"] == 1


def test_ignored_filters_are_noticed(daktela: Instance, client: DaktelaClient) -> None:
    """Otherwise records of others would be taken for ours."""
    daktela.switch(ignored_filters=True)
    with pytest.raises(DaktelaError, match="not asked for"):
        find_by_match(client, "contacts", EMAIL, ["nobody@example.com"], database="sales")


def test_without_names_nothing_is_sent(daktela: Instance, client: DaktelaClient) -> None:
    """An empty `in` is refused by some instances and matches everything on others."""
    assert find_by_names(client, "contacts", [], fields=("name",)) == {}
    assert find_by_match(client, "contacts", EMAIL, [], database="sales") == {}
    assert len(daktela.journal.entries) == 0


@pytest.mark.parametrize("shape", ["list", "scalar"])
@pytest.mark.parametrize("path", ["nested", "flat"])
def test_records_are_matched_by_a_custom_field(daktela: Instance, client: DaktelaClient, path: str, shape: str) -> None:
    """Letter case aside; however the instance shows selected custom fields."""
    daktela.switch(selected_path=path, custom_field_shape=shape)
    found = find_by_match(
        client, "contacts", EMAIL, ["Bozena.Vlckova@podatelna.example", "nobody@example.com"], database="sales"
    )
    assert {value: len(rows) for value, rows in found.items()} == {"Bozena.Vlckova@podatelna.example": 1}


def test_all_records_with_the_same_address_are_returned(client: DaktelaClient) -> None:
    """In Daktela several records may have one e-mail address: matching needs all of them."""
    found = find_by_match(client, "contacts", EMAIL, ["karel.dvoji@podatelna.example"], database="sales")
    assert len(found["karel.dvoji@podatelna.example"]) == 2


@pytest.mark.parametrize(("database", "expected"), [("sales", 0), ("support", 1)])
def test_matching_stays_in_its_database(client: DaktelaClient, database: str, expected: int) -> None:
    """A contact of another CRM database must not be changed."""
    address = "alzbeta@zakaznik-support.example"
    found = find_by_match(client, "contacts", EMAIL, [address], database=database)
    assert len(found.get(address, [])) == expected


def test_owners_are_found_by_email(client: DaktelaClient) -> None:
    """Logins by case-folded address."""
    users = users_by_email(client)
    assert users.logins
    assert all(address == address.casefold() for address in users.logins)
    assert users.ambiguous == 0


def test_deactivated_users_are_left_out(daktela: Instance, client: DaktelaClient) -> None:
    """Daktela would refuse or hide records of a user who left."""
    address, login = next(iter(users_by_email(client).logins.items()))
    daktela.edit("users", login, {"deactivated": True})
    assert address not in users_by_email(client).logins


def test_the_notification_address_has_priority(daktela: Instance, client: DaktelaClient) -> None:
    """The notification address of one user counts before the sign-in address of another."""
    first, second = list(users_by_email(client).logins.items())[:2]
    daktela.edit("users", second[1], {"emailAuth": first[0].upper()})
    daktela.edit("users", first[1], {"emailAuth": "Jiny@Example.com"})
    logins = users_by_email(client).logins
    assert logins[first[0]] == first[1]
    assert logins["jiny@example.com"] == first[1]


def test_a_shared_address_is_left_out(
    daktela: Instance, client: DaktelaClient, caplog: pytest.LogCaptureFixture
) -> None:
    """No owner is better than a wrong one; the log gives their number and shows no address."""
    first, second = list(users_by_email(client).logins.items())[:2]
    daktela.edit("users", second[1], {"email": first[0]})
    with caplog.at_level(logging.WARNING):
        users = users_by_email(client)
    assert first[0] not in users.logins
    assert users.ambiguous == 1
    assert "1 " in caplog.text
    assert first[0] not in caplog.text


@pytest.mark.parametrize("setting", ["forbidden", "missing", "empty"])
def test_users_that_may_not_be_read_are_an_error(daktela: Instance, client: DaktelaClient, setting: str) -> None:
    """Otherwise every record would silently lose its owner."""
    daktela.switch(users_endpoint=setting)
    with pytest.raises(DaktelaError):
        users_by_email(client)
