"""Faults: each does what its name says, by chance, by limit or on order."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
import requests

from sandbox.daktela.sessions import Sessions
from tests.sandbox.daktela.client import Client


@pytest.fixture
def failing(daktela: Client) -> Iterator[Client]:
    """The instance, quiet again afterwards."""
    yield daktela
    daktela.instance.reset()


def stored(daktela: Client) -> bool:
    """Tell whether the test's contact got in."""
    return daktela.instance.get("contacts", "sf_contact_1") is not None


@pytest.mark.parametrize(("fault", "arrives"), [("reset_before", False), ("reset_after", True)])
def test_the_connection_is_cut_before_or_after_the_write(failing: Client, fault: str, arrives: bool) -> None:
    """The client sees the same, the store does not."""
    failing.instance.switch(**{fault: 1.0})
    with pytest.raises(requests.ConnectionError):
        failing.create()
    assert stored(failing) is arrives


@pytest.mark.parametrize(("fault", "arrives"), [("server_error", False), ("server_error_after", True)])
def test_a_gateway_page_hides_whether_the_write_took_place(failing: Client, fault: str, arrives: bool) -> None:
    """502, 503 or 504 with HTML."""
    failing.instance.switch(**{fault: 1.0})
    reply = failing.create()
    assert reply.status_code in {502, 503, 504}
    assert reply.headers["Content-Type"].startswith("text/html")
    assert stored(failing) is arrives


def test_a_success_may_lack_its_result(failing: Client) -> None:
    """Without result, with null or with true: never a record."""
    failing.instance.switch(without_result=1.0)
    replies = [failing.create(name=f"n{number}") for number in range(12)]
    assert {reply.status_code for reply in replies} == {201}
    assert {repr(reply.json().get("result", "absent")) for reply in replies} == {"'absent'", "None", "True"}


def test_a_success_may_carry_an_error_and_store_nothing(failing: Client) -> None:
    """2xx alone proves nothing."""
    failing.instance.switch(success_with_error=1.0)
    reply = failing.create()
    assert (reply.status_code, reply.json()["error"]) == (201, ["Unexpected error"])
    assert not stored(failing)


def test_errors_can_have_daktelas_format(failing: Client) -> None:
    """A 500 with an envelope, and an empty 404 to requests about one record only; nothing is done."""
    failing.instance.switch(internal_error=1.0)
    reply = failing.create()
    assert (reply.status_code, reply.json()["result"]) == (500, None)
    assert not stored(failing)
    failing.instance.switch(internal_error=0.0, not_found=1.0)
    reply = failing.get("users/novak.json")
    assert (reply.status_code, reply.content) == (404, b"")
    assert failing.get("users.json").status_code == 200


def test_replies_can_be_a_redirect_a_cut_body_or_a_401(failing: Client) -> None:
    """The remaining ways of not answering."""
    failing.instance.switch(redirect=1.0)
    assert failing.get("contacts.json").headers["Location"] == "/user/login"
    failing.instance.switch(redirect=0.0, truncated=1.0)
    with pytest.raises(requests.JSONDecodeError):
        failing.get("contacts.json").json()
    failing.instance.switch(truncated=0.0, expired=1.0)
    assert failing.get("contacts.json").status_code == 401


def test_shares_apply_to_the_chosen_verbs(failing: Client) -> None:
    """faults_on spares reads or writes."""
    failing.instance.switch(server_error=1.0, faults_on="writes")
    assert failing.get("contacts.json").status_code == 200
    assert failing.create().status_code >= 500


def test_with_the_same_seed_the_same_requests_fail(failing: Client) -> None:
    """Chance is repeatable after a reset."""
    runs = []
    for _ in range(2):
        failing.instance.reset()
        failing.instance.switch(server_error=0.5)
        runs.append([failing.get("whoim.json").status_code == 200 for _ in range(20)])
    assert runs[0] == runs[1]
    assert {True, False} == set(runs[0])


@pytest.mark.parametrize("spelling", ["seconds", "date", "absent"])
def test_too_many_requests_are_429_with_retry_after(
    failing: Client, spelling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rate is counted on the instance's own clock; the header has three spellings."""
    moment = [100.0]
    monkeypatch.setattr(failing.instance, "monotonic", lambda: moment[0])
    monkeypatch.setattr(failing.instance, "clock", lambda: datetime(2026, 3, 1, tzinfo=UTC))
    failing.instance.switch(requests_per_second=2.0, retry_after=spelling, retry_after_seconds=3)
    replies = [failing.get("whoim.json") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    header = replies[2].headers.get("Retry-After")
    if spelling == "date":
        assert parsedate_to_datetime(str(header)) == datetime(2026, 3, 1, 0, 0, 3, tzinfo=UTC)
    else:
        assert header == {"seconds": "3", "absent": None}[spelling]
    moment[0] += 0.5
    assert failing.get("whoim.json").status_code == 200


def test_an_instance_that_cannot_keep_up_may_answer_503(failing: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway's page without Retry-After, for as long as more is asked than it carries."""
    moment = [100.0]
    monkeypatch.setattr(failing.instance, "monotonic", lambda: moment[0])
    failing.instance.switch(requests_per_second=2.0, over_rate=503)
    replies = [failing.get("whoim.json") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 503]
    assert "Retry-After" not in replies[2].headers
    moment[0] += 0.5
    assert failing.get("whoim.json").status_code == 200


def test_too_many_at_once_are_429(failing: Client) -> None:
    """The bound counts requests in flight, and the journal keeps their peak."""
    failing.instance.switch(concurrent_requests=1, latency_seconds=0.1)
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: failing.get("whoim.json").status_code, range(4)))
    assert 429 in statuses
    assert failing.instance.journal.peak > 1


@pytest.mark.parametrize(("works", "least", "most"), [(0.4, 1.0, 1.4), (1.0, 1.5, math.inf)])
def test_the_latency_includes_the_work_of_the_instance(
    failing: Client, monkeypatch: pytest.MonkeyPatch, works: float, least: float, most: float
) -> None:
    """A request takes effect half-way. What that takes delays the reply only where the other half is shorter."""
    failing.get("whoim.json")
    find_user = Sessions.user

    def working(sessions: Sessions, token: str, now: datetime) -> str | None:
        time.sleep(works)
        return find_user(sessions, token, now)

    monkeypatch.setattr(Sessions, "user", working)
    failing.instance.switch(latency_seconds=1.0)
    began = time.monotonic()
    assert failing.get("whoim.json").status_code == 200
    assert least <= time.monotonic() - began < most


def test_an_ordered_fault_affects_only_the_named_request(failing: Client) -> None:
    """The second create is cut after it took place, the others go well."""
    failing.instance.script.order("reset_after", method="POST", endpoint="contacts", skip=1)
    assert failing.create(name="a").status_code == 201
    with pytest.raises(requests.ConnectionError):
        failing.create(name="b")
    assert failing.create(name="c").status_code == 201
    assert failing.instance.get("contacts", "b") is not None


def test_an_address_that_is_too_long_is_414(failing: Client) -> None:
    """The front end's bound is a switch in bytes."""
    failing.instance.switch(longest_url=200)
    assert failing.get("contacts.json", q="x" * 300).status_code == 414


def test_filters_may_be_silently_ignored(failing: Client) -> None:
    """A listing that ignores its filter gives every row."""
    failing.instance.switch(ignored_filters=True)
    params = {"filter[field]": "name", "filter[value]": "nobody"}
    assert len(failing.names("contacts.json", params)) == failing.instance.count("contacts")


def test_a_list_may_lose_its_rows_and_keep_its_total(failing: Client) -> None:
    """A record of its own keeps its reply."""
    failing.create(name="a")
    failing.instance.switch(rows_lost=1.0)
    result = failing.get("contacts.json").json()["result"]
    assert (result["data"], result["total"]) == ([], failing.instance.count("contacts"))
    assert failing.get("contacts/a.json").json()["result"]["name"] == "a"


def test_a_total_may_count_every_row(failing: Client) -> None:
    """Whatever the filter keeps out."""
    failing.instance.switch(total_counts="everything")
    params = {"filter[field]": "name", "filter[value]": "nobody"}
    result = failing.get("contacts.json", **params).json()["result"]
    assert (result["data"], result["total"]) == ([], failing.instance.count("contacts"))
