"""Requests to Daktela are counted for their step, also while it goes on and when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.steps.run.counting import Counting
from salesforce_daktela.sync.traffic import Sent, Traffic
from tests.daktela.examples import Clock

START = datetime(2026, 3, 29, tzinfo=UTC)


class Client:
    """As much of a client as is asked."""

    sent = Sent(calls=100, throttled=7)

    def send(self, calls: int) -> None:
        self.sent = Sent(calls=self.sent.calls + calls, throttled=self.sent.throttled)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    opened = Ledger.open("sqlite://")
    opened.upgrade()
    yield opened
    opened.close()


def counting(ledger: Ledger, client: Client, clock: Clock) -> Counting:
    return Counting(
        ledger=ledger,
        client=client,
        sync="crm",
        run_id="run",
        mapping="contacts",
        step="load",
        clock=clock,
        now=lambda: START + timedelta(seconds=clock.seconds),
    )


def test_a_page_sees_what_is_written_while_it_is_written(ledger: Ledger) -> None:
    """Saved every few seconds, and at the end whatever is left."""
    client, clock = Client(), Clock()
    began = START + timedelta(seconds=clock.seconds)
    with counting(ledger, client, clock) as counted:
        client.send(30)
        counted.written(30)
        assert ledger.traffic.read("crm", "run", "contacts") == {}
        clock.seconds += 6
        client.send(20)
        counted.written(20)
        (seen,) = ledger.traffic.read("crm", "run", "contacts").values()
        assert seen == Traffic(sent=Sent(calls=50), began=began, ended=began + timedelta(seconds=6), written=50)
        client.send(1)
    assert ledger.traffic.read("crm", "run", "contacts")["load"].sent == Sent(calls=51)


def test_a_step_that_fails_is_counted(ledger: Ledger) -> None:
    """The outage itself is why its figures are looked at."""
    client = Client()

    def fail() -> None:
        client.send(3)
        raise TransportError("Daktela does not answer")

    with pytest.raises(TransportError), counting(ledger, client, Clock()):
        fail()
    assert ledger.traffic.read("crm", "run", "contacts")["load"].sent.calls == 3


def test_figures_do_not_fail_a_step(ledger: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    """What was written stays written, whether it could be counted or not."""
    client = Client()
    with counting(ledger, client, Clock()):
        client.send(3)
        with ledger.db.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE sfd_traffic")
    assert "could not be counted" in caplog.text
