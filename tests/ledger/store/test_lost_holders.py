"""A process that is lost amid a transaction, with its machine or its network, keeps nobody from writing for long."""

import os
import socket
from typing import Any

import pytest

from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store import database
from tests.ledger.examples import MAPPING, SYNC, entry, id_of

ON_POSTGRESQL = pytest.mark.parametrize("url", [pytest.param("postgresql", marks=pytest.mark.heavy)], indirect=True)


@ON_POSTGRESQL
def test_a_transaction_whose_process_is_lost_is_ended(
    ledger: Ledger, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server waits for seconds, and not until its TCP gives up. Whoever was only slow is told."""
    monkeypatch.setattr(database, "IDLE_SECONDS", 1)
    lost = Ledger.open(url)
    with pytest.raises(TransportError), lost.db.write(SYNC, MAPPING):
        ledger.records.accept(SYNC, MAPPING, [entry(1)])
    assert ledger.records.read(SYNC, MAPPING, [id_of(1)]) == {id_of(1): entry(1)}
    lost.close()


@ON_POSTGRESQL
def test_who_waits_for_a_lock_is_told_after_a_minute(ledger: Ledger, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with SQLite: the task is tried again, and its log says what it waited for."""
    holds = Ledger.open(url)
    with holds.db.write(SYNC, MAPPING):
        monkeypatch.setattr(database, "BUSY_SECONDS", 1)
        with pytest.raises(TransportError, match="lock timeout"):
            ledger.records.accept(SYNC, MAPPING, [entry(1)])
    holds.close()


@ON_POSTGRESQL
def test_a_server_that_vanishes_without_a_word_is_noticed_within_a_minute(ledger: Ledger) -> None:
    """Both while it owes an answer and while nothing is under way."""
    with ledger.db.read() as connection:
        driver: Any = connection.connection.dbapi_connection
        with socket.socket(fileno=os.dup(driver.fileno())) as wire:
            idle, interval, count, unanswered = (
                wire.getsockopt(socket.IPPROTO_TCP, option)
                for option in (
                    socket.TCP_KEEPIDLE,
                    socket.TCP_KEEPINTVL,
                    socket.TCP_KEEPCNT,
                    socket.TCP_USER_TIMEOUT,
                )
            )
    assert idle + interval * count <= 60
    assert unanswered == 60_000
