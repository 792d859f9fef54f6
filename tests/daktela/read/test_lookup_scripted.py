from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import requests
import responses

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.lookup import (
    find_by_match,
    find_by_names,
    look_up_names,
    spellings,
    users_by_email,
)
from salesforce_daktela.daktela.wire.errors import DaktelaError
from salesforce_daktela.errors import ConfigurationError
from tests.daktela.examples import API, listing

Web = responses.RequestsMock


def test_a_lookup_splits_until_the_address_is_short_enough(web: Web, client: DaktelaClient) -> None:
    """414 for eight names, an answer for four."""

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        query = dict(parse_qsl(urlsplit(str(request.url)).query))
        asked = [value for key, value in query.items() if "[value]" in key]
        status = 414 if len(asked) > 4 else 200
        return status, {}, json.dumps(listing([{"name": name} for name in asked], len(asked)))

    web.add_callback("GET", f"{API}/contacts.json", callback=answer)
    names = [f"sf_{number}" for number in range(8)]
    assert set(find_by_names(client, "contacts", names, fields=["name"])) == set(names)
    assert client.calls == {"GET": 3}


def test_a_lookup_that_gives_what_was_not_asked_for_is_an_error(web: Web, client: DaktelaClient) -> None:
    """A server that ignores filters would otherwise be read from end to end, for every lookup."""
    web.get(f"{API}/contacts.json", json=listing([{"name": f"x{number}"} for number in range(50)], 50))
    with pytest.raises(DaktelaError, match="does not filter"):
        find_by_names(client, "contacts", ["a", "b"], fields=["name"])


def test_letter_case_is_compared_here(web: Web, client: DaktelaClient) -> None:
    """A neighbour that differs only by case is not the record."""
    web.get(f"{API}/contacts.json", json=listing([{"name": "SF_a"}], 1))
    assert find_by_names(client, "contacts", ["sf_a"], fields=["name"]) == {}


def test_two_records_of_one_name_are_told_apart_from_one_row_seen_twice(web: Web, client: DaktelaClient) -> None:
    """Rows shift between pages; two different rows mean that nobody may write to either."""
    rows = [{"name": "a", "title": "1"}, {"name": "a", "title": "2"}, {"name": "b"}, {"name": "b"}]
    web.get(f"{API}/contacts.json", json=listing(rows, 4))
    found = look_up_names(client, "contacts", ["a", "b", "c"], fields=["title"])
    assert found.rows == {"b": {"name": "b"}}
    assert found.ambiguous == frozenset({"a"})
    with pytest.raises(DaktelaError, match="two records"):
        find_by_names(client, "contacts", ["a", "b"], fields=["title"])


def test_no_names_ask_nothing(web: Web, client: DaktelaClient) -> None:
    """An empty `in` might match everything."""
    assert find_by_names(client, "contacts", [], fields=["name"]) == {}
    assert len(web.calls) == 0


@pytest.mark.parametrize(
    "row",
    [
        {"customFields": {"email": ["Jan@Example.com", "x@y.cz"]}},
        {"customFields": {"email": " jan@example.com"}},
        {"customFields.email": ["jan@example.com"]},
    ],
    ids=["list", "scalar", "flat"],
)
def test_a_match_is_found_however_the_field_reads(web: Web, client: DaktelaClient, row: dict[str, Any]) -> None:
    """As a list, as a text, nested or flat, in any letter case."""
    web.get(f"{API}/contacts.json", json=listing([{"name": "a", "database": "sales", **row}], 1))
    found = find_by_match(client, "contacts", "customFields.email", ["jan@example.com"], database="sales")
    assert [match["name"] for match in found["jan@example.com"]] == ["a"]


@pytest.mark.parametrize("asked", ["jan@xn--hky-ela4t.example", "jan@háčky.example", "jan@XN--HKY-ela4t.example"])
@pytest.mark.parametrize("held", ["jan@xn--hky-ela4t.example", "Jan@Háčky.example"])
def test_an_address_is_found_in_both_forms_of_its_domain(
    web: Web, client: DaktelaClient, asked: str, held: str
) -> None:
    """Earlier releases wrote the letters, and other programs may do so."""
    row = {"name": "a", "database": "sales", "customFields": {"email": [held]}}
    web.get(f"{API}/contacts.json", json=listing([row], 1))
    found = find_by_match(client, "contacts", "customFields.email", [asked], database="sales")
    assert [match["name"] for match in found[asked]] == ["a"]
    searched = unquote(str(web.calls[0].request.url)).casefold()
    assert "jan@xn--hky-ela4t.example" in searched
    assert "jan@háčky.example" in searched


def test_a_user_is_known_by_both_forms_of_an_address(web: Web, client: DaktelaClient) -> None:
    """And is no second owner of it."""
    web.get(f"{API}/users.json", json=listing([{"name": "jan", "email": "Jan@Háčky.example"}], 1))
    found = users_by_email(client)
    assert found.logins == {"jan@háčky.example": "jan", "jan@xn--hky-ela4t.example": "jan"}
    assert found.ambiguous == 0


@pytest.mark.parametrize(
    "text", ["jan@xn--.cz", "jan@xn--é.cz", "jan@xn--\ud800.cz", "@", "a@b", "háčky", "x@" + "é" * 500]
)
def test_what_is_no_address_is_looked_up_as_it_is(text: str) -> None:
    """Or in a form that no row has."""
    assert spellings(text)[0] == text


def test_rows_that_do_not_show_the_field_are_no_proof_of_absence(web: Web, client: DaktelaClient) -> None:
    """Nothing could be compared, so nothing may be created."""
    web.get(f"{API}/contacts.json", json=listing([{"name": "a"}], 1))
    with pytest.raises(DaktelaError, match=r"without customFields\.email"):
        find_by_match(client, "contacts", "customFields.email", ["jan@example.com"], database="sales")


def test_a_match_in_another_database_is_left_alone(web: Web, client: DaktelaClient) -> None:
    """Even where the server does not heed the filter."""
    row = {"name": "a", "database": {"name": "support"}, "title": "Jan"}
    web.get(f"{API}/contacts.json", json=listing([row], 1))
    assert find_by_match(client, "contacts", "title", ["Jan"], database="sales") == {}


def test_crm_records_are_not_searched_by_database(web: Web, client: DaktelaClient) -> None:
    """They have none: the filter would be refused."""
    web.get(f"{API}/crmRecords.json", json=listing([{"name": "a", "title": "Deal"}], 1))
    assert find_by_match(client, "crmRecords", "title", ["Deal"], database="sales")["Deal"][0]["name"] == "a"
    assert "database" not in str(web.calls[0].request.url)


def test_users_are_known_by_their_addresses(web: Web, client: DaktelaClient, caplog: pytest.LogCaptureFixture) -> None:
    """The notification address counts first; deactivated users and shared addresses name nobody."""
    rows: list[dict[str, Any]] = [
        {"name": "jan", "email": "Jan@Example.com", "emailAuth": None, "deactivated": False},
        {"name": "eva", "email": "", "emailAuth": "eva@example.com", "deactivated": "0"},
        {"name": "old", "email": "old@example.com", "deactivated": "1"},
        {"name": "one", "email": "team@example.com"},
        {"name": "two", "email": "team@example.com", "emailAuth": "jan@example.com"},
    ]
    web.get(f"{API}/users.json", json=listing(rows, 5))
    found = users_by_email(client)
    assert (found.logins, found.ambiguous) == ({"jan@example.com": "jan", "eva@example.com": "eva"}, 1)
    assert "team@example.com" not in caplog.text


@pytest.mark.parametrize("rows", [[], [{"name": "old", "email": "old@example.com", "deactivated": "1"}]])
def test_a_list_without_any_active_user_is_no_list_of_users(
    web: Web, client: DaktelaClient, rows: list[dict[str, Any]]
) -> None:
    """The token belongs to one: who may not read users gets such a list, and every record would lose its owner."""
    web.get(f"{API}/users.json", json=listing(rows, len(rows)))
    with pytest.raises(ConfigurationError, match="let the token's user read users"):
        users_by_email(client)
