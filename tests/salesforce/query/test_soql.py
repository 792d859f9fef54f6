"""The text of queries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote_plus

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.salesforce.query.soql import (
    build_count,
    build_sample,
    build_soql,
    fits_rest,
    ids_that_fit,
    literal,
    quote,
)
from salesforce_daktela.sync.window import Window
from tests.salesforce.examples import schema

TEXT = FieldKind.TEXT
CONTACT = schema({"Id": TEXT, "SystemModstamp": FieldKind.DATETIME, "LastName": TEXT, "Owner.Email": TEXT})
SELECT = "SELECT Id, SystemModstamp, LastName, Owner.Email FROM Contact"
MORNING, NOON = datetime(2026, 3, 29, 6, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC)


def test_without_window_and_filter_there_are_no_conditions() -> None:
    """Without a window and a filter, the query has no conditions, no order and no limit."""
    assert build_soql(CONTACT, cursor="SystemModstamp") == SELECT


def test_a_window_includes_its_start_and_excludes_its_end() -> None:
    """A window takes its beginning in and leaves its end out."""
    assert build_soql(CONTACT, cursor="SystemModstamp", window=Window(since=MORNING, until=NOON)) == (
        f"{SELECT} WHERE SystemModstamp >= 2026-03-29T06:00:00Z AND SystemModstamp < 2026-03-29T12:00:00Z"
    )


def test_a_first_window_has_no_start() -> None:
    """A first run has no lower bound, and uses whichever change stamp the object has."""
    assert build_soql(CONTACT, cursor="CreatedDate", window=Window(since=None, until=NOON)) == (
        f"{SELECT} WHERE CreatedDate < 2026-03-29T12:00:00Z"
    )


def test_the_users_filter_is_in_brackets() -> None:
    """The user's filter is one condition beside the others, whatever operators it has."""
    soql = build_soql(
        CONTACT, cursor="SystemModstamp", where="Email != null OR Phone != null", window=Window(since=None, until=NOON)
    )
    assert soql == f"{SELECT} WHERE (Email != null OR Phone != null) AND SystemModstamp < 2026-03-29T12:00:00Z"


def test_named_records_are_listed_by_long_ids() -> None:
    """Named records are asked for by whole Ids."""
    assert build_soql(CONTACT, cursor="SystemModstamp", ids=["003xx000004TmiQ", "003000000000001AAA"]) == (
        f"{SELECT} WHERE Id IN ('003xx000004TmiQAAS','003000000000001AAA')"
    )


def test_a_count_has_the_same_conditions() -> None:
    """The count has the conditions of the query it counts."""
    window = Window(since=MORNING, until=NOON)
    counting = build_count(CONTACT, cursor="SystemModstamp", where="A = 1", window=window)
    reading = build_soql(CONTACT, cursor="SystemModstamp", where="A = 1", window=window)
    assert counting.removeprefix("SELECT COUNT() FROM Contact") == reading.removeprefix(SELECT)


def test_a_sample_is_what_the_user_looks_for_within_the_filter() -> None:
    """The first records; what a person types stays a text, whatever signs are in it."""
    alive = schema({"Id": TEXT, "IsDeleted": FieldKind.BOOLEAN})
    soql = build_sample(alive, cursor="SystemModstamp", where="A = 1 OR B = 2", most=10, named=("Name", "O'x%_\\"))
    assert soql == (
        "SELECT Id, IsDeleted FROM Contact "
        "WHERE (Name LIKE '%O\\'x\\%\\__%' AND (A = 1 OR B = 2)) AND IsDeleted = false LIMIT 10"
    )
    assert build_sample(CONTACT, cursor="SystemModstamp", where=None, most=3) == f"{SELECT} LIMIT 3"


def test_only_ids_are_accepted_as_ids() -> None:
    """Nothing but an Id gets in among the Ids."""
    with pytest.raises(ConfigurationError, match="is no Salesforce Id"):
        build_soql(CONTACT, cursor="SystemModstamp", ids=["003xx') OR Name != ('"])


def test_an_empty_list_of_ids_is_an_error() -> None:
    """An empty list of Ids is a mistake, not everything."""
    with pytest.raises(ConfigurationError, match="no Ids to ask for"):
        build_soql(CONTACT, cursor="SystemModstamp", ids=[])


def test_a_statement_above_the_limit_is_an_error() -> None:
    """A statement beyond Salesforce's limit is refused here."""
    with pytest.raises(ConfigurationError, match="Salesforce takes 100000"):
        build_soql(CONTACT, cursor="SystemModstamp", where=f"Name = '{'x' * 100_000}'")


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOON, "2026-03-29T12:00:00Z"),
        (datetime(2026, 3, 29, 14, tzinfo=timezone(timedelta(hours=2))), "2026-03-29T12:00:00Z"),
        (NOON + timedelta(milliseconds=45), "2026-03-29T12:00:00.045Z"),
        (NOON + timedelta(microseconds=999), "2026-03-29T12:00:00Z"),
    ],
    ids=["utc", "zone", "milliseconds", "finer"],
)
def test_datetimes_are_written_in_utc(moment: datetime, text: str) -> None:
    """A datetime is written in UTC without quotes, with milliseconds only where there are some."""
    assert literal(moment) == text


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("abc", "'abc'"), ("O'Brien", "'O\\'Brien'"), ("a\\b", "'a\\\\b'"), ("a\nb\tc", "'a\\nb\\tc'"), ("ž", "'ž'")],
)
def test_special_characters_are_escaped(text: str, quoted: str) -> None:
    """Quotes, backslashes and control characters cannot end a string."""
    assert quote(text) == quoted


def test_deleted_records_can_be_excluded() -> None:
    """Reading and counting leave out the same rows."""
    kept = " WHERE (A = 1) AND IsDeleted = false"
    assert build_soql(CONTACT, cursor="SystemModstamp", where="A = 1", alive=True).endswith(kept)
    assert build_count(CONTACT, cursor="SystemModstamp", where="A = 1", alive=True).endswith(kept)


def test_the_rest_of_the_query_limits_the_ids() -> None:
    """As many as the rest of the query leaves room for, 200 at most, and none where one is too many."""
    one = build_soql(CONTACT, cursor="SystemModstamp", ids=["003000000000001"])
    short = len(quote_plus(one))
    assert [ids_that_fit(one, short + more) for more in (-1, 0, 26, 27, 27 * 198, 27 * 199, 10**6)] == [
        0, 1, 1, 2, 199, 200, 200,
    ]  # fmt: skip


@pytest.mark.parametrize("fields", [300, 420, 430])
def test_the_computed_number_of_ids_is_the_largest_that_fits(fields: int) -> None:
    """With the fields of a wide mapping."""
    wide = schema({f"Pole_cislo_{number:03d}__c": TEXT for number in range(fields)})
    ids = [f"003{number:012d}" for number in range(300)]
    fit = ids_that_fit(build_soql(wide, cursor="SystemModstamp", ids=ids[:1]))
    assert fits_rest(build_soql(wide, cursor="SystemModstamp", ids=ids[:fit]))
    assert fit == 200 or not fits_rest(build_soql(wide, cursor="SystemModstamp", ids=ids[: fit + 1]))


def test_the_encoded_length_decides_about_rest() -> None:
    """An address has a limit, and letters count as they are encoded."""
    assert fits_rest("x" * 14_000)
    assert not fits_rest("x" * 14_001)
    assert not fits_rest("ž" * 2_334)
