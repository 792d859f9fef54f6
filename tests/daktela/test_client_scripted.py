from __future__ import annotations

import json
import logging

import pytest
import requests
import responses
from responses.matchers import query_param_matcher
from urllib3.exceptions import ProtocolError

from salesforce_daktela.daktela.client import ABSENT_NAME, DaktelaClient
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from salesforce_daktela.daktela.wire.filters import Condition
from salesforce_daktela.daktela.write.upsert import create_or_settle, update_existing
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.sync.traffic import Sent
from tests.daktela.examples import API, TOKEN, Clock, contact, listing, make_client

NAME = contact()["name"]
Web = responses.RequestsMock


def kind_of(caught: pytest.ExceptionInfo[DaktelaError]) -> ErrorKind:
    return caught.value.kind


def test_a_reply_with_a_byte_order_mark_is_read(web: Web, client: DaktelaClient) -> None:
    """Whatever charset the header names."""
    body = b"\xef\xbb\xbf" + json.dumps({"error": [], "result": {"name": "a", "title": "Žluť"}}).encode()
    web.get(f"{API}/contacts/a.json", body=body, content_type="application/json; charset=utf-8")
    assert client.get("contacts", "a") == {"name": "a", "title": "Žluť"}


@pytest.mark.parametrize(("suffix", "address"), [(".json", "contacts/a.json"), ("", "contacts/a")])
def test_the_suffix_of_addresses_is_a_setting(web: Web, clock: Clock, suffix: str, address: str) -> None:
    """Newer descriptions leave it away."""
    web.get(f"{API}/{address}", json={"result": {"name": "a"}})
    client = make_client(clock, suffix=suffix)
    assert client.get("contacts", "a") == {"name": "a"}
    client.close()


def test_requests_refusals_and_retries_are_counted(web: Web, client: DaktelaClient) -> None:
    """Reports tell them, so that a slow run can be explained."""
    web.get(f"{API}/contacts/a.json", status=429, headers={"Retry-After": "1"})
    web.get(f"{API}/contacts/a.json", status=502)
    web.get(f"{API}/contacts/a.json", json={"result": {"name": "a"}})
    before = client.sent
    client.get("contacts", "a")
    client.get("contacts", "a")
    assert client.sent.since(before) == Sent(calls=4, throttled=1, retries=2)


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_of_dots_is_not_sent(web: Web, client: DaktelaClient, name: str) -> None:
    """It would address the listing, or something above it."""
    with pytest.raises(DaktelaError, match="usable name"):
        client.update("contacts", name, {"title": "x"})
    assert len(web.calls) == 0


def test_a_record_that_cannot_be_json_is_refused(web: Web, client: DaktelaClient) -> None:
    """It is not sent, and the next record may be fine."""
    with pytest.raises(DaktelaError, match="cannot be written as JSON") as caught:
        client.create("contacts", contact(description=float("nan")))
    assert kind_of(caught) is ErrorKind.VALIDATION
    assert len(web.calls) == client.sent.calls == 0


def test_cookies_are_not_kept(web: Web, client: DaktelaClient) -> None:
    """A token that the server rotates through cookies must not replace ours."""
    web.get(f"{API}/whoim.json", json={"result": {"user": {"name": "u"}}}, headers={"Set-Cookie": "c_user=x; Path=/"})
    client.whoim()
    client.whoim()
    assert "Cookie" not in web.calls[1].request.headers
    assert web.calls[1].request.headers["X-AUTH-TOKEN"] == TOKEN


def test_a_reply_with_another_record_is_an_error(web: Web, client: DaktelaClient) -> None:
    """A server that folds letter case may answer with a neighbour."""
    web.get(f"{API}/contacts/a.json", json={"result": {"name": "A"}})
    with pytest.raises(DaktelaError, match="another record A") as caught:
        client.get("contacts", "a")
    assert kind_of(caught) is ErrorKind.PROTOCOL


@pytest.mark.parametrize("status", [200, 400])
def test_after_a_refusal_without_a_field_a_listing_decides_whether_the_record_exists(
    web: Web, client: DaktelaClient, status: int
) -> None:
    """Some instances say "object does not exist" where others say 404; the wording is not read."""
    web.get(f"{API}/contacts/a.json", json={"error": ["Objekt neexistuje"], "result": None}, status=status)
    web.get(f"{API}/contacts.json", json=listing([], 0))
    assert client.get("contacts", "a") is None
    web.replace("GET", f"{API}/contacts.json", json=listing([{"name": "a"}], 1))
    with pytest.raises(DaktelaError) as caught:
        client.get("contacts", "a")
    assert kind_of(caught) is ErrorKind.VALIDATION


@pytest.mark.parametrize("status", [200, 400])
def test_a_write_that_is_refused_without_a_field_may_mean_that_the_record_does_not_exist(
    web: Web, client: DaktelaClient, status: int
) -> None:
    """Such instances answer so to every verb: an update finds it missing, and there is nothing to delete."""
    refused = {"json": {"error": ["Objekt neexistuje"], "result": None}, "status": status}
    web.put(f"{API}/contacts/a.json", **refused)
    web.delete(f"{API}/contacts/a.json", **refused)
    web.get(f"{API}/contacts.json", json=listing([], 0))
    with pytest.raises(DaktelaError) as caught:
        client.update("contacts", "a", {"title": "x"})
    assert kind_of(caught) is ErrorKind.MISSING
    assert client.delete("contacts", "a") is False
    web.replace("GET", f"{API}/contacts.json", json=listing([{"name": "a"}], 1))
    for write in (lambda: client.update("contacts", "a", {"title": "x"}), lambda: client.delete("contacts", "a")):
        with pytest.raises(DaktelaError) as caught:
            write()
        assert kind_of(caught) is ErrorKind.VALIDATION


def test_a_total_that_is_too_small_does_not_end_a_full_page(web: Web, client: DaktelaClient) -> None:
    """Rows that were not read would be created a second time."""
    rows = [{"name": "a"}, {"name": "b"}, {"name": "c"}]
    for skip, page in ((0, rows[:2]), (2, rows[2:]), (3, [])):
        matcher = query_param_matcher({"skip": str(skip)}, strict_match=False)
        web.get(f"{API}/contacts.json", json=listing(page, 2), match=[matcher])
    assert list(client.list_rows("contacts", take=2)) == rows


def test_a_listing_that_ends_before_its_total_is_an_error(web: Web, client: DaktelaClient) -> None:
    """The rows of the page that came empty would be taken for absent."""
    for skip, page in ((0, [{"name": "a"}]), (1, [])):
        matcher = query_param_matcher({"skip": str(skip)}, strict_match=False)
        web.get(f"{API}/contacts.json", json=listing(page, "3"), match=[matcher])
    with pytest.raises(DaktelaError) as caught:
        list(client.list_rows("contacts"))
    assert str(caught.value) == (
        "Daktela GET contacts: gave no rows although its total counts 2 more: try again later; if it repeats, "
        "check that the token's user may read all records that Daktela counts"
    )
    assert (kind_of(caught), client.calls["GET"]) == (ErrorKind.PROTOCOL, 8)


@pytest.mark.parametrize("counted", [0, 3])
def test_an_empty_search_is_accepted_only_if_totals_ignore_filters(
    web: Web, client: DaktelaClient, counted: int
) -> None:
    """A search for a name that nobody has shows it."""

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        return 200, {}, json.dumps(listing([], counted if ABSENT_NAME in str(request.url) else 3))

    web.add_callback("GET", f"{API}/contacts.json", callback=answer)
    where = Condition("name", "eq", "a")
    if counted:
        assert list(client.list_rows("contacts", where=where)) == []
        return
    with pytest.raises(DaktelaError, match="counts 3 more"):
        list(client.list_rows("contacts", where=where))


def test_one_damaged_reply_does_not_prove_that_totals_ignore_filters(web: Web, client: DaktelaClient) -> None:
    """The client keeps the conclusion, so that later damaged replies would be accepted, too."""
    totals = iter([3, 0])

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        return 200, {}, json.dumps(listing([], next(totals, 0) if ABSENT_NAME in str(request.url) else 3))

    web.add_callback("GET", f"{API}/contacts.json", callback=answer)
    with pytest.raises(DaktelaError, match="counts 3 more"):
        list(client.list_rows("contacts", where=Condition("name", "eq", "a")))


def test_a_server_that_ignores_paging_is_an_error(web: Web, client: DaktelaClient) -> None:
    """The same page twice is an error."""
    web.get(f"{API}/contacts.json", json=listing([{"name": "a"}]))
    with pytest.raises(DaktelaError, match="same page twice"):
        list(client.list_rows("contacts"))


def test_reading_stops_at_the_total_without_another_call(web: Web, client: DaktelaClient) -> None:
    """A page that is not full and agrees with the total is the last."""
    web.get(f"{API}/contacts.json", json=listing([{"name": "a"}], "1"))
    assert list(client.list_rows("contacts")) == [{"name": "a"}]
    assert client.calls == {"GET": 1}


def test_a_create_answered_with_another_name_is_not_sent_again(web: Web, client: DaktelaClient) -> None:
    """Daktela chose another name: a second POST would create another unwanted record."""
    web.post(f"{API}/contacts.json", json={"result": {**contact(), "name": "contact_5f"}}, status=201)
    web.get(f"{API}/contacts/{NAME}.json", status=404)
    with pytest.raises(DaktelaError, match="another record contact_5f") as caught:
        create_or_settle(client, "contacts", contact())
    assert (kind_of(caught), client.calls["POST"]) == (ErrorKind.RENAMED, 1)


def test_a_record_created_under_another_name_is_logged(
    web: Web, client: DaktelaClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The intended record is right afterwards; a person has to look at the other one."""
    web.post(f"{API}/contacts.json", json={"result": {**contact(), "name": "contact_5f"}}, status=201)
    web.get(f"{API}/contacts/{NAME}.json", json={"result": contact()})
    web.get(f"{API}/contacts.json", json={"result": {"data": [{"name": NAME}], "total": 1}})
    with caplog.at_level(logging.WARNING):
        written = create_or_settle(client, "contacts", contact())
    assert (written.name, written.created) == (NAME, False)
    assert "contact_5f" in caplog.text


def test_a_lost_create_whose_lookup_is_refused_stays_unknown(web: Web, client: DaktelaClient) -> None:
    """It must not be counted as a record that Daktela refused."""
    web.post(f"{API}/contacts.json", body=ProtocolError("reset"))
    web.get(f"{API}/contacts/{NAME}.json", json={"error": {"form": {"fields": "x"}}}, status=400)
    with pytest.raises(DaktelaError) as caught:
        create_or_settle(client, "contacts", contact())
    assert (kind_of(caught), client.calls["POST"]) == (ErrorKind.UNKNOWN_FATE, 1)


def test_an_update_that_is_never_confirmed_is_read_back(web: Web, client: DaktelaClient) -> None:
    """An instance that answers every PUT with `true` is believed when the record holds what was sent."""
    web.put(f"{API}/contacts/{NAME}.json", json={"error": [], "result": True})
    web.get(f"{API}/contacts/{NAME}.json", json={"result": {"name": NAME, "title": "New"}})
    assert update_existing(client, "contacts", NAME, {"title": "New"}).name == NAME
    with pytest.raises(DaktelaError) as caught:
        update_existing(client, "contacts", NAME, {"title": "Other"})
    assert kind_of(caught) is ErrorKind.UNKNOWN_FATE


def test_an_update_whose_read_back_is_refused_stays_unknown(web: Web, client: DaktelaClient) -> None:
    """The lookup was refused, not the record."""
    web.put(f"{API}/contacts/{NAME}.json", json={"error": [], "result": True})
    web.get(f"{API}/contacts/{NAME}.json", json={"error": {"form": {"fields": "x"}}}, status=400)
    with pytest.raises(DaktelaError) as caught:
        update_existing(client, "contacts", NAME, {"title": "New"})
    assert kind_of(caught) is ErrorKind.UNKNOWN_FATE


def test_a_page_of_a_proxy_does_not_confirm_a_deletion(web: Web, client: DaktelaClient) -> None:
    """A proxy that answers 200 to everything has not deleted the record."""
    web.delete(f"{API}/contacts/{NAME}.json", body="<html>Sign in</html>", status=200)
    with pytest.raises(DaktelaError, match="without a readable body") as caught:
        client.delete("contacts", NAME)
    assert kind_of(caught) is ErrorKind.PROTOCOL


@pytest.mark.parametrize("user", [None, [], {}], ids=["null", "list", "map"])
def test_whoim_without_a_user_means_a_wrong_token(web: Web, client: DaktelaClient, clock: Clock, user: object) -> None:
    """A live instance answers so without a token: asking again, or later, cannot help."""
    web.get(f"{API}/whoim.json", json={"error": [], "result": {"user": user, "version": "2025.2"}})
    with pytest.raises(ConfigurationError, match="the token is missing or not accepted: paste a new one") as caught:
        client.whoim()
    assert isinstance(caught.value, DaktelaError)
    assert caught.value.kind is ErrorKind.UNAUTHORIZED
    assert (len(web.calls), clock.slept) == (1, [])


def test_the_token_that_whoim_echoes_is_not_kept(
    web: Web, client: DaktelaClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor logged, at whatever level."""
    caplog.set_level(logging.DEBUG)
    web.get(f"{API}/whoim.json", json={"result": {"user": {"name": "u", "_sys": {"accessToken": TOKEN}}}})
    assert TOKEN not in repr(client.whoim())
    assert TOKEN not in caplog.text
