"""The official Python SDK, driven as its documentation shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from daktela import (
    AuthMethod,
    DaktelaClient,
    DaktelaConfig,
    DaktelaConnectionException,
    DaktelaFilter,
    DaktelaForbiddenException,
    DaktelaNotFoundException,
    DaktelaPagination,
    DaktelaProtocolException,
    DaktelaQuery,
    DaktelaRateLimitException,
    DaktelaSort,
    DaktelaUnauthorizedException,
    DaktelaValidationException,
    RateLimitConfig,
    RetryConfig,
)

from sandbox.testing import Sandbox

QUICK = RetryConfig(max_retries=2, initial_delay=0.01, max_delay=0.02, jitter=0.0)


def config(sandbox: Sandbox, **given: Any) -> DaktelaConfig:
    """The address and the token of the instance."""
    return DaktelaConfig(**{"url": sandbox.daktela_url, "access_token": sandbox.daktela.token, **given})


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[DaktelaClient]:
    """A client that loses no time between its tries."""
    with DaktelaClient(config(sandbox), retry_config=QUICK) as opened:
        yield opened


def names(sandbox: Sandbox, model: str = "contacts") -> list[str]:
    """What the instance holds, in order."""
    return sorted(record.name for record in sandbox.daktela.records(model))


def contact(name: str, **given: Any) -> dict[str, Any]:
    """A contact that every instance takes."""
    return {"name": name, "title": "Jan Novák", "lastname": "Novák", "database": "sales", **given}


@pytest.mark.parametrize("method", list(AuthMethod), ids=lambda method: method.name.lower())
def test_the_token_is_taken_in_each_way(sandbox: Sandbox, method: AuthMethod) -> None:
    """As header, as query parameter, as cookie."""
    with DaktelaClient(config(sandbox, auth_method=method)) as client:
        assert client.ping() is True
        assert client.health_check()["healthy"] is True


def test_a_wrong_token_is_unauthorized(sandbox: Sandbox) -> None:
    """401, empty or not."""
    with DaktelaClient(config(sandbox, access_token="wrong")) as client, pytest.raises(DaktelaUnauthorizedException):
        client.get("contacts")


@pytest.mark.parametrize("total", ["int", "string", "absent"])
def test_the_iterator_pages_to_the_end(sandbox: Sandbox, client: DaktelaClient, total: str) -> None:
    """Every record once, whatever the total looks like."""
    sandbox.daktela.switch(total=total)
    query = DaktelaQuery().fields("name").sort(DaktelaSort.asc("name"))
    iterator = client.iterate("contacts", query, page_size=2)
    assert sorted(row["name"] for row in iterator) == names(sandbox)


def test_a_null_total_is_more_than_this_client_takes(sandbox: Sandbox, client: DaktelaClient) -> None:
    """Its other connectors do: a fact about this one, and the reason why the switch exists."""
    sandbox.daktela.switch(total="null")
    with pytest.raises(DaktelaProtocolException):
        client.get("contacts")


def test_pages_tell_total_and_status(sandbox: Sandbox, client: DaktelaClient) -> None:
    """Page by page, as the second way of iterating."""
    pages = list(client.iterate("contacts", DaktelaQuery().sort(DaktelaSort.asc("name")), page_size=2).pages())
    assert {page.total for page in pages} == {len(names(sandbox))}
    assert {page.status_code for page in pages} == {200}


def test_filters_choose_rows(client: DaktelaClient) -> None:
    """Each operator of the query builder, alone and in groups."""
    for number in range(3):
        client.post("contacts", contact(f"sdk_{number}", title=f"Titul {number}", firstname="Jan"))

    def chosen(*filters: Any) -> set[str]:
        query = DaktelaQuery().fields("name").filter(DaktelaFilter.like("name", "sdk_%"))
        for each in filters:
            query = query.filter(each)
        return {row["name"] for row in client.get("contacts", query)}

    everything = {"sdk_0", "sdk_1", "sdk_2"}
    assert chosen() == everything
    assert chosen(DaktelaFilter.eq("name", "sdk_1")) == {"sdk_1"}
    assert chosen(DaktelaFilter.neq("name", "sdk_1")) == {"sdk_0", "sdk_2"}
    assert chosen(DaktelaFilter.in_("name", ["sdk_0", "sdk_2"])) == {"sdk_0", "sdk_2"}
    assert chosen(DaktelaFilter.not_in("name", ["sdk_0", "sdk_2"])) == {"sdk_1"}
    assert chosen(DaktelaFilter.gte("title", "Titul 1")) == {"sdk_1", "sdk_2"}
    assert chosen(DaktelaFilter.lt("title", "Titul 1")) == {"sdk_0"}
    assert chosen(DaktelaFilter.not_like("title", "%2")) == {"sdk_0", "sdk_1"}
    assert chosen(DaktelaFilter.is_null("account")) == everything
    assert chosen(DaktelaFilter.is_not_null("firstname")) == everything
    assert chosen(DaktelaFilter.or_(DaktelaFilter.eq("title", "Titul 0"), DaktelaFilter.eq("title", "Titul 2"))) == {
        "sdk_0",
        "sdk_2",
    }


def test_sorting_and_pagination(sandbox: Sandbox, client: DaktelaClient) -> None:
    """The second page of two, from the end."""
    query = DaktelaQuery().fields("name").sort(DaktelaSort.desc("name"))
    rows = client.get("contacts", query.pagination(pagination=DaktelaPagination.page(2, 2))).as_list()
    assert [row["name"] for row in rows] == names(sandbox)[::-1][2:4]


def test_the_life_of_a_record(client: DaktelaClient) -> None:
    """Created with its own name, read, changed, deleted, then not found."""
    created = client.post("contacts", contact("sdk_life", customFields={"email": ["jan@vltava.example"]}))
    assert (created.status_code, created.get("name")) == (201, "sdk_life")
    read = client.get_one("contacts", "sdk_life").as_dict()
    assert read["customFields"]["email"] == ["jan@vltava.example"]
    assert client.put("contacts/sdk_life", {"firstname": "Jan"}).get("firstname") == "Jan"
    assert client.delete("contacts/sdk_life").status_code == 204
    with pytest.raises(DaktelaNotFoundException):
        client.get_one("contacts", "sdk_life")


def test_relations(client: DaktelaClient) -> None:
    """The contacts of an account."""
    client.post("accounts", {"name": "sdk_firm", "title": "Firma", "database": "sales"})
    client.post("contacts", contact("sdk_member", account="sdk_firm"))
    rows = client.get_relation("accounts", "sdk_firm", "contacts", DaktelaQuery().take(100))
    assert [row["name"] for row in rows] == ["sdk_member"]


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize("shape", ["form", "form_lists", "form_flat", "text", "texts", "errors", "violations"])
def test_a_refused_write_is_a_validation_error(
    sandbox: Sandbox, client: DaktelaClient, status: int, shape: str
) -> None:
    """In every layout of errors, with either status."""
    sandbox.daktela.switch(validation_status=status, error_shape=shape)
    with pytest.raises(DaktelaValidationException) as refused:
        client.post("contacts", {"name": "sdk_bad", "database": "sales"})
    assert refused.value.status_code == status
    assert "sdk_bad" not in names(sandbox)


def test_a_success_with_an_error_is_refused(sandbox: Sandbox, client: DaktelaClient) -> None:
    """2xx on the outside, an error within."""
    sandbox.daktela.switch(success_with_error=1.0)
    with pytest.raises(DaktelaValidationException):
        client.post("contacts", contact("sdk_hollow"))


def test_no_right_is_forbidden(sandbox: Sandbox, client: DaktelaClient) -> None:
    """403 for models that the role does not show."""
    sandbox.daktela.switch(contacts_right="none")
    with pytest.raises(DaktelaForbiddenException):
        client.get("contacts")


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_understood(sandbox: Sandbox, form: str) -> None:
    """Both forms of a 429's Retry-After; the client gives up after its bound and tells the pause."""
    sandbox.daktela.switch(too_many=1.0, retry_after=form, retry_after_seconds=1)
    limits = RateLimitConfig(enabled=True, max_retries=0, max_wait=120.0, default_retry_after=5.0)
    client = DaktelaClient(config(sandbox), retry_config=QUICK, rate_limit_config=limits)
    with client, pytest.raises(DaktelaRateLimitException) as refused:
        client.get("contacts")
    pause = refused.value.retry_after
    assert pause is not None
    assert 0 <= pause <= 2


def test_transient_failures_are_retried(sandbox: Sandbox, client: DaktelaClient) -> None:
    """Two gateway pages, then the answer."""
    sandbox.daktela.script.order("server_error", times=2)
    assert client.get("contacts", DaktelaQuery().take(1)).status_code == 200


def test_a_page_that_is_no_json_is_a_protocol_error(sandbox: Sandbox, client: DaktelaClient) -> None:
    """A cut body."""
    sandbox.daktela.switch(truncated=1.0)
    with pytest.raises(DaktelaProtocolException):
        client.get("contacts")


def test_a_create_is_not_repeated_after_a_lost_reply(sandbox: Sandbox, client: DaktelaClient) -> None:
    """A POST whose reply is lost is told, not sent again; the record stands once."""
    sandbox.daktela.script.order("reset_after", method="POST")
    with pytest.raises(DaktelaConnectionException):
        client.post("contacts", contact("sdk_lost"))
    assert names(sandbox).count("sdk_lost") == 1
