"""Writes go on whatever becomes of one of them, and no crash forgets many."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import responses
from requests import PreparedRequest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.steps.decide.orders import Order
from salesforce_daktela.steps.decide.payload_rows import PayloadRow
from salesforce_daktela.steps.load.writer import CHUNK, write_all
from salesforce_daktela.sync.outcome import Outcome
from tests.daktela.examples import API, Clock, make_client
from tests.scripted_web import scripted_web

Reply = tuple[int, dict[str, str], str]


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    """The network: replies as scripted."""
    with scripted_web() as web:
        yield web


@pytest.fixture
def client() -> Iterator[DaktelaClient]:
    """A client whose waiting costs no time."""
    made = make_client(Clock())
    yield made
    made.close()


def order(number: int) -> Order:
    row = PayloadRow(
        id=f"003{number:015d}",
        name=f"sf_{number}",
        stamp=None,
        departed="",
        winner=None,
        became={},
        payload="{}",
        references=(),
        problems=(),
        shortened=0,
        dropped=0,
    )
    return Order(row=row, name=f"sf_{number}", body={}, digest=b"", create=True, outcome=Outcome.CREATED, known=None)


def created(request: PreparedRequest) -> Reply:
    """The record as it was sent."""
    return 201, {}, json.dumps({"error": [], "result": json.loads(request.body or "{}")})


def test_one_write_that_hangs_holds_up_no_other(web: responses.RequestsMock, client: DaktelaClient) -> None:
    """While the first request waits for its reply, all others are sent, answered and handed on."""
    others_done, seen = threading.Event(), []

    def answer(request: PreparedRequest) -> Reply:
        if json.loads(request.body or "{}")["name"] == "sf_0":
            assert others_done.wait(20)
        return created(request)

    web.add_callback(responses.POST, f"{API}/contacts.json", callback=answer)
    orders = [order(number) for number in range(5 * CHUNK)]
    for batch in write_all(client, Entity.CONTACTS, orders, workers=4, before=list):
        seen += [written.order.name for written in batch]
        if len(seen) >= 4 * CHUNK:
            others_done.set()
    assert sorted(seen) == sorted(item.name for item in orders)
    assert seen.index("sf_0") >= 4 * CHUNK - 1


def test_little_is_begun_ahead_of_what_is_remembered(web: responses.RequestsMock, client: DaktelaClient) -> None:
    """Announced and not yet handed on are never more than three chunks: what a crash makes us look up."""
    announced, handed_on, most = 0, 0, 0

    def before(chunk: Sequence[Order]) -> Sequence[Order]:
        nonlocal announced, most
        announced += len(chunk)
        most = max(most, announced - handed_on)
        return chunk

    web.add_callback(responses.POST, f"{API}/contacts.json", callback=created)
    for batch in write_all(client, Entity.CONTACTS, [order(n) for n in range(7 * CHUNK)], workers=4, before=before):
        handed_on += len(batch)
    assert handed_on == 7 * CHUNK
    assert CHUNK < most <= 3 * CHUNK


def test_orders_are_taken_only_as_they_are_needed(web: responses.RequestsMock, client: DaktelaClient) -> None:
    """So a part's orders are never all in memory, and its first writes do not wait for the last decision."""
    taken, most = 0, 0

    def orders() -> Iterator[Order]:
        nonlocal taken
        for number in range(7 * CHUNK):
            taken += 1
            yield order(number)

    web.add_callback(responses.POST, f"{API}/contacts.json", callback=created)
    handed_on = 0
    for batch in write_all(client, Entity.CONTACTS, orders(), workers=4, before=list):
        most = max(most, taken - handed_on)
        handed_on += len(batch)
    assert handed_on == taken == 7 * CHUNK
    assert most <= 2 * CHUNK


def test_what_is_not_ours_to_write_is_not_sent(web: responses.RequestsMock, client: DaktelaClient) -> None:
    """Only what ``before`` returns goes out."""
    sent: list[Any] = []

    def answer(request: PreparedRequest) -> Reply:
        sent.append(json.loads(request.body or "{}")["name"])
        return created(request)

    web.add_callback(responses.POST, f"{API}/contacts.json", callback=answer)
    batches = write_all(
        client, Entity.CONTACTS, [order(n) for n in range(4)], workers=2, before=lambda chunk: chunk[:1]
    )
    assert [written.order.name for batch in batches for written in batch] == ["sf_0"] == sent


def test_after_a_refusal_of_rights_nothing_more_is_begun(web: responses.RequestsMock, client: DaktelaClient) -> None:
    """401 concerns every record: what was announced and not sent stays unsent."""
    web.add(responses.POST, f"{API}/contacts.json", status=401)
    with pytest.raises(Exception, match="401"):
        list(write_all(client, Entity.CONTACTS, [order(n) for n in range(3 * CHUNK)], workers=2, before=list))
    assert len(web.calls) < 3 * CHUNK


def test_a_refusal_of_rights_is_told_without_waiting_for_others(
    web: responses.RequestsMock, client: DaktelaClient
) -> None:
    """A batch that is half full when 401 comes is not waited for."""

    def answer(request: PreparedRequest) -> Reply:
        if json.loads(request.body or "{}")["name"] == "sf_0":
            return 401, {}, "{}"
        time.sleep(0.02)
        return created(request)

    web.add_callback(responses.POST, f"{API}/contacts.json", callback=answer)
    with pytest.raises(Exception, match="401"):
        list(write_all(client, Entity.CONTACTS, [order(n) for n in range(CHUNK)], workers=2, before=list))
    assert len(web.calls) < CHUNK / 2
