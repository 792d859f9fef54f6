"""Listing: filters in all spellings, sorting, paging and selection."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.daktela.client import Client


@pytest.fixture
def people(daktela: Client) -> Client:
    """Three contacts besides nobody else, one of them with an account."""
    daktela.instance.reset(empty=True)
    daktela.create("accounts", user="novakova")
    daktela.create(
        name="a", title="Adam", firstname="Adam", account="sf_account_1",
        customFields={"email": ["adam@x.example", "a@y.example"], "industry": ["bank"]},
    )  # fmt: skip
    daktela.create(name="b", title="Běta 100%", user="svoboda", customFields={"email": ["BETA@x.example"]})
    daktela.create(name="c", title="Cyril", database="support")
    return daktela


def leaf(field: str, operator: str, value: str | list[str] | None, at: str = "filter") -> dict[str, str]:
    """Return one condition as query parameters."""
    spelled = {f"{at}[field]": field, f"{at}[operator]": operator}
    if isinstance(value, list):
        return spelled | {f"{at}[value][{number}]": item for number, item in enumerate(value)}
    return spelled if value is None else spelled | {f"{at}[value]": value}


@pytest.mark.parametrize(
    ("field", "operator", "value", "found"),
    [
        ("name", "eq", "a", "a"),
        ("name", "eq", "A", "a"),
        ("name", "neq", "a", "bc"),
        ("name", "lt", "b", "a"),
        ("name", "lte", "b", "ab"),
        ("name", "gt", "b", "c"),
        ("name", "gte", "b", "bc"),
        ("title", "like", "%d%", "a"),
        ("title", "like", "d", ""),
        ("title", "notlike", "%d%", "bc"),
        ("title", "contains", "100%", "b"),
        ("title", "doesnotcontain", "100%", "ac"),
        ("title", "startswith", "Cy", "c"),
        ("title", "endswith", "am", "a"),
        ("name", "in", ["a", "c", "x"], "ac"),
        ("name", "notin", ["a", "c"], "b"),
        ("name", "between", ["a", "b"], "ab"),
        ("user", "isnull", None, "ac"),
        ("user", "isnotnull", "true", "b"),
        ("user", "eq", "svoboda", "b"),
        ("name", "regexp", "^[bc]$", "bc"),
        ("account.name", "eq", "sf_account_1", "a"),
        ("account.title", "startswith", "Vltava", "a"),
        ("account.user.email", "eq", "jana.novakova@vltava.example", "a"),
        ("database", "eq", "support", "c"),
        ("database.title", "eq", "Podpora", "c"),
        ("customFields.email", "eq", "a@y.example", "a"),
        ("customFields.email", "eq", "beta@x.example", "b"),
        ("customFields.email", "in", ["adam@x.example", "BETA@x.example"], "ab"),
        ("customFields.email", "neq", "a@y.example", "bc"),
        ("customFields.email", "isnull", None, "c"),
        ("customFields.email", "isnotnull", None, "ab"),
        ("customFields.industry", "eq", "bank", "a"),
        ("created", "gte", "2020-01-01 00:00:00", "abc"),
        ("created", "lt", "2020-01-01 00:00:00", ""),
    ],
)
def test_every_operator_filters_rows(
    people: Client, field: str, operator: str, value: str | list[str] | None, found: str
) -> None:
    """One condition in the simple spelling."""
    assert sorted(people.names("contacts.json", leaf(field, operator, value))) == list(found)


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({**leaf("name", "gt", "a", "filter[0]"), **leaf("database", "eq", "sales", "filter[1]")}, "b"),
        (
            {
                "filter[logic]": "or",
                **leaf("name", "eq", "a", "filter[filters][0]"),
                **leaf("name", "eq", "c", "filter[filters][1]"),
            },
            "ac",
        ),
        (
            {
                "filter[logic]": "and",
                **leaf("database", "eq", "sales", "filter[filters][0]"),
                "filter[filters][1][logic]": "or",
                **leaf("name", "eq", "c", "filter[filters][1][filters][0]"),
                **leaf("title", "eq", "Adam", "filter[filters][1][filters][1]"),
            },
            "a",
        ),
    ],
    ids=["numbered list", "group", "nested group"],
)
def test_conditions_combine(people: Client, params: dict[str, str], found: str) -> None:
    """A numbered list means AND; groups say their logic and nest."""
    assert sorted(people.names("contacts.json", params)) == list(found)


@pytest.mark.parametrize(
    "params",
    [
        leaf("nothing", "eq", "1"),
        leaf("title.x", "eq", "1"),
        leaf("name", "nin", ["a"]),
        leaf("name", "eq", None),
        leaf("name", "between", ["a"]),
        leaf("name", "in", ""),
        leaf("name", "regexp", "["),
        {"filter": "name"},
        {"filter[logic]": "or", **leaf("name", "eq", "a", "filter[0]")},
        {"sort[0][field]": "nothing"},
        {"sort[0][field]": "name", "sort[0][dir]": "up"},
        {"take": "1001"},
        {"take": "many"},
        {"skip": "-1"},
    ],
    ids=lambda params: "&".join(f"{key}={value}" for key, value in params.items()),
)
def test_an_invalid_listing_is_400(people: Client, params: dict[str, str]) -> None:
    """A wrong listing is refused with a text, never answered with all rows."""
    reply = people.call("GET", "contacts.json", params=params)
    assert reply.status_code == 400
    assert reply.json()["result"] is None
    assert len(reply.json()["error"]) == 1


def test_an_empty_in_may_match_everything(people: Client) -> None:
    """The trap of some instances is a switch."""
    people.instance.switch(empty_in="matches_all")
    assert len(people.names("contacts.json", leaf("name", "in", ""))) == 3


def test_comparisons_can_regard_case(people: Client) -> None:
    """The collation is not published, so both are offered."""
    people.instance.switch(comparison="exact")
    assert people.names("contacts.json", leaf("name", "eq", "A")) == []
    assert people.names("contacts.json", leaf("name", "in", ["a"])) == ["a"]


def test_pages_are_a_hundred_rows_and_at_most_a_thousand(people: Client) -> None:
    """skip and take walk through a sorted listing without gaps."""
    table = people.instance.records("contacts")[0]
    rows: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
        ({**table.values, "name": f"n{number:04}"}, {}) for number in range(1200)
    ]
    people.instance.store.insert_many(table.model, rows)
    by_name = {"sort[0][field]": "name", "sort[0][dir]": "asc"}
    assert len(people.names("contacts.json", by_name)) == 100
    first = people.names("contacts.json", {**by_name, "take": "1000"})
    second = people.names("contacts.json", {**by_name, "take": "1000", "skip": "1000"})
    assert len(first) == 1000
    assert [*first, *second] == sorted(["a", "b", "c", *(row["name"] for row, _ in rows)])


def test_sorting_by_custom_fields_and_through_references(people: Client) -> None:
    """Dot paths sort as they filter."""
    assert people.names("contacts.json", {"sort[0][field]": "customFields.email", "sort[0][dir]": "desc"})[-1] == "c"
    assert people.names("contacts.json", {"sort[0][field]": "user.title", "sort[0][dir]": "desc"})[0] == "b"
    assert people.names("contacts.json", {"sort[0][field]": "title", "sort[0][dir]": "desc"}) == ["c", "b", "a"]


def test_selected_fields_come_alone_and_without_a_scheme(people: Client) -> None:
    """References read as names, dot paths nest, cfScheme is dropped."""
    params = {
        "fields[0]": "name", "fields[1]": "account", "fields[2]": "account.title", "fields[3]": "customFields.email",
        "filter[field]": "name", "filter[value]": "a",
    }  # fmt: skip
    row = people.call("GET", "contacts.json", params=params).json()["result"]["data"][0]
    assert set(row["_sys"]) == {"hash", "model"}
    assert row["account"] == {"title": "Vltava a.s."}
    assert row["customFields"] == {"email": ["adam@x.example", "a@y.example"]}
    plain = people.get("contacts/a.json", fields="name,account").json()["result"]
    assert (plain["name"], plain["account"]) == ("a", "sf_account_1")


def test_selected_paths_may_be_flat_and_references_objects(people: Client) -> None:
    """Both other spellings seen in clients are switches."""
    people.instance.switch(selected_path="flat", selected_reference="object")
    row = people.get("contacts/a.json", fields="account.title,account").json()["result"]
    assert row["account.title"] == "Vltava a.s."
    assert row["account"]["name"] == "sf_account_1"


def test_total_is_left_out_on_request(people: Client) -> None:
    """total=false spares the count."""
    assert "total" not in people.get("contacts.json", total="false").json()["result"]


def test_relations_list_the_records_that_point_here(people: Client) -> None:
    """accounts/{name}/contacts and contacts/{name}/records follow the references."""
    people.create("crmRecords", contact="a")
    assert people.names("accounts/sf_account_1/contacts.json", {}) == ["a"]
    assert people.names("contacts/a/records.json", {}) == ["sf_opp_1"]
    assert people.names("contacts/b/records.json", {}) == []
    assert people.get("contacts/a/elsewhere.json").status_code == 404
    assert people.get("contacts/nobody/records.json").status_code == 404


def test_full_text_search_is_not_exact(people: Client) -> None:
    """q finds pieces of names, titles and custom fields."""
    assert people.names("contacts.json", {"q": "x.example"}) == ["a", "b"]


def test_booleans_are_filtered_as_digits_or_words(daktela: Client) -> None:
    """1 and true mean the same."""
    assert daktela.names("users.json", leaf("deactivated", "eq", "1")) == ["kucera"]
    assert daktela.names("users.json", leaf("deactivated", "eq", "true")) == ["kucera"]
