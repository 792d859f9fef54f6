"""Processes that share one rate by their ledger, in a time that only the test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from salesforce_daktela.daktela.wire.shared_bound import REFRESH_SECONDS, SHARE_SECONDS
from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.runs.rate_shares import RateShares
from salesforce_daktela.ledger.store import clock
from salesforce_daktela.steps.run.shared_rate import SharedRate
from tests.databases import SQLITE_AND_POSTGRESQL, address_of, postgresql
from tests.virtual_time import VirtualTime

__all__ = ["postgresql"]

LATENCY = 0.05
START = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(slots=True)
class Fleet:
    """Processes, each with a limiter and as many connections as it has workers, that always have something to send."""

    url: str
    time: VirtualTime
    begun: list[tuple[float, str]] = field(default_factory=list)

    def process(
        self, name: str, *, rate: float = 40.0, workers: int = 8, at: float = 0.0, until: float = 60.0, sync: str = "a"
    ) -> SharedRate:
        shared = SharedRate(ledger=self._open, sync=sync, rate=rate, holder=name)
        limiter = AdaptiveLimiter(rate, workers, shared=shared, clock=self.time.clock, sleep=self.time.sleep)

        def work() -> None:
            while self.time.now < until:
                with limiter.slot() as turn:
                    self.begun.append((turn.started, name))
                    self.time.sleep(LATENCY)
                limiter.succeeded(turn)

        # As many threads as places: in a virtual time nobody may wait for a place that somebody asleep holds.
        for _ in range(workers):
            self.time.start(work, at=at)
        return shared

    def rate(self, since: float, until: float, *names: str) -> float:
        """Requests per second of some processes, or of all."""
        return sum(since <= at < until and (not names or name in names) for at, name in self.begun) / (until - since)

    def _open(self) -> Ledger:
        return Ledger.open(self.url)


@pytest.fixture(params=SQLITE_AND_POSTGRESQL)
def fleet(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    """No process yet; the database's clock is the test's."""
    time = VirtualTime()
    monkeypatch.setattr(clock, "now_of", lambda _: START + timedelta(seconds=time.now))
    with address_of(request, tmp_path) as address:
        ledger = Ledger.open(address)
        ledger.upgrade()
        yield Fleet(address, time)
        ledger.close()


def test_one_process_has_all_of_the_rate(fleet: Fleet) -> None:
    """From its first second on."""
    fleet.process("one")
    fleet.time.run()
    assert fleet.rate(0, 60) == pytest.approx(40.0, rel=0.02)


def test_four_processes_share_the_rate_evenly(fleet: Fleet) -> None:
    """Together they ask for what one may: never more in any second, and within 5 % of it over all."""
    names = ("one", "two", "three", "four")
    for number, name in enumerate(names):
        fleet.process(name, at=number * 0.3)
    fleet.time.run()
    assert fleet.rate(0, 60) == pytest.approx(40.0, rel=0.05)
    assert max(fleet.rate(second, second + 1) for second in range(60)) <= 40.0 + len(names)
    assert [fleet.rate(5, 60, name) for name in names] == pytest.approx([10.0] * 4, rel=0.05)


def test_many_connections_that_wait_do_not_hold_each_other_up(fleet: Fleet) -> None:
    """Each change of a share has them book again: their former turns, seconds ahead, are nobody's any more."""
    for number, name in enumerate(("one", "two", "three")):
        fleet.process(name, rate=10.0, workers=32, at=number * 5.0)
    fleet.time.run()
    assert fleet.rate(5, 60) == pytest.approx(10.0, rel=0.05)


def test_a_share_that_is_not_used_goes_to_the_others(fleet: Fleet) -> None:
    """One connection carries no more than its latency allows, and gets that; the others get what it leaves."""
    fleet.process("slow", rate=200.0, workers=1)
    fleet.process("fast", rate=200.0, workers=16)
    fleet.time.run()
    assert fleet.rate(5, 60, "slow") == pytest.approx(20.0, rel=0.1)
    assert fleet.rate(5, 60, "fast") >= 150.0
    assert fleet.rate(5, 60) <= 200.0


def test_what_a_dead_process_had_is_used_again_within_seconds(fleet: Fleet) -> None:
    """It gives nothing back: its share runs out."""
    fleet.process("dies", until=20.0)
    fleet.process("lives")
    fleet.time.run()
    assert fleet.rate(5, 20, "lives") == pytest.approx(20.0, rel=0.1)
    assert fleet.rate(20 + SHARE_SECONDS + 2 * REFRESH_SECONDS, 60, "lives") == pytest.approx(40.0, rel=0.05)


def test_a_process_that_ends_leaves_its_share_at_once(fleet: Fleet) -> None:
    """The next task does not wait until it runs out."""
    first = fleet.process("first", until=20.0)
    fleet.process("next", at=20.2, until=30.0)
    fleet.time.start(first.give_back, at=20.1)
    fleet.time.run()
    assert fleet.rate(20.2, 30, "next") == pytest.approx(40.0, rel=0.05)


def test_two_syncs_have_a_rate_each(fleet: Fleet) -> None:
    """What their files configure adds up."""
    fleet.process("one", sync="a")
    fleet.process("two", sync="b")
    fleet.time.run()
    assert [fleet.rate(5, 60, name) for name in ("one", "two")] == pytest.approx([40.0, 40.0], rel=0.02)


def test_a_rate_below_one_a_second_is_shared_too(fleet: Fleet) -> None:
    """One request in two seconds, whoever makes it; a share stays alive while its process waits for its turn."""
    for name in ("one", "two"):
        fleet.process(name, rate=0.5, workers=2, until=200.0)
    fleet.time.run()
    assert fleet.rate(0, 200) <= 0.51
    assert [fleet.rate(0, 200, name) for name in ("one", "two")] == pytest.approx([0.25, 0.25], rel=0.2)


def test_the_ledger_is_asked_once_a_second(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not for each request, however many threads wait."""
    looks: list[float] = []
    take = RateShares.take

    def counted(shares: RateShares, *args: Any, **kwargs: Any) -> float:
        looks.append(fleet.time.now)
        return take(shares, *args, **kwargs)

    monkeypatch.setattr(RateShares, "take", counted)
    fleet.process("one", rate=400.0)
    fleet.time.run()
    assert len(looks) <= 62
    assert len(fleet.begun) > 60 * 100


def test_a_ledger_that_fails_for_a_moment_stops_nobody(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The share held so far counts for seconds."""
    take = RateShares.take

    def failing(since: float, until: float) -> Callable[..., float]:
        def asked(shares: RateShares, *args: Any, **kwargs: Any) -> float:
            if since <= fleet.time.now < until:
                raise TransportError("locked", where="ledger")
            return take(shares, *args, **kwargs)

        return asked

    monkeypatch.setattr(RateShares, "take", failing(10.0, 12.5))
    fleet.process("one", until=30.0)
    fleet.time.run()
    assert fleet.rate(5, 30) == pytest.approx(40.0, rel=0.02)


def test_a_share_that_cannot_be_given_back_fails_no_task(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its work is done, and the share expires within seconds."""

    def failing(*_: str | RateShares) -> None:
        raise TransportError("locked", where="ledger")

    monkeypatch.setattr(RateShares, "give_back", failing)
    shared = fleet.process("one", until=1.0)
    fleet.time.run()
    shared.give_back()


def test_a_ledger_of_an_older_version_shares_nothing(tmp_path: Path) -> None:
    """No run of this version has begun; a verb of the terminal has the rate for itself."""
    shared = SharedRate(ledger=lambda: Ledger.open(f"sqlite:///{tmp_path / 'new.db'}"), sync="a", rate=10.0)
    assert shared.take(10.0, 4.0) == 10.0
    shared.give_back()
