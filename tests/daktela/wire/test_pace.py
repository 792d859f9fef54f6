"""The learned rate against servers with unknown limits, in simulated time."""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from salesforce_daktela.daktela.wire.pace import LEAST_PAUSE, SLOWEST, Pace

LATENCY = 0.05
WAITS = (0.15, 1.5, 2.5, 4.5, 8.5)
"""Seconds before a connection repeats what has failed once, twice and so on."""

CONNECTIONS = 8
Phase = tuple[float, float]
"""Seconds, and the rate that the server allows meanwhile."""


@dataclass(slots=True)
class Server:
    """Allows a rate that changes, with a burst of one second."""

    phases: Sequence[Phase]
    chance: Callable[[], bool] = lambda: False
    level: float = math.inf
    seen: float = 0.0
    granted: int = 0
    refused: int = 0

    def rate(self, now: float) -> float:
        for seconds, rate in self.phases:
            if now < seconds:
                return rate
            now -= seconds
        return self.phases[-1][1]

    def grants(self, now: float) -> bool:
        self.level = min(self.rate(now), self.level + (now - self.seen) * self.rate(now))
        self.seen = now
        if self.level < 1 or self.chance():
            self.refused += 1
            return False
        self.level -= 1
        self.granted += 1
        return True


@dataclass(slots=True)
class Client:
    """Eight connections that always have something to send, at the pace under test.

    ``fails`` says whether a request that the server would grant ends in an outage: a connection waits after each.
    """

    pace: Pace
    server: Server
    pause: float
    fails: Callable[[float], bool] = lambda _: False
    failed: int = 0
    rates: list[tuple[float, float]] = field(default_factory=list)
    paused_until: float = 0.0
    next_at: float = 0.0
    events: list[tuple[float, int, float | None, int]] = field(default_factory=list)
    number: itertools.count[int] = field(default_factory=itertools.count)

    def run(self, seconds: float) -> None:
        for _ in range(CONNECTIONS):
            self._at(0.0, None)
        while self.events:
            now, _, started, tries = heapq.heappop(self.events)
            if now > seconds:
                return
            self._reply(now, started, tries) if started is not None else self._ask(now, tries)

    def _ask(self, now: float, tries: int) -> None:
        if now < self.next_at:
            self._at(self.next_at, None, tries)
            return
        self.pace.request_began(now, 0.0)
        self.next_at = now + 1 / self.pace.rate(now)
        self._at(now + LATENCY, now, tries)

    def _reply(self, now: float, started: float, tries: int) -> None:
        self.rates.append((now, self.pace.rate(now)))
        if self.fails(now):
            self.failed += 1
            self.pace.overloaded(started, now)
            self.next_at = max(self.paused_until, now + 1 / self.pace.rate(now))
            self._at(now + WAITS[min(tries, len(WAITS) - 1)], None, tries + 1)
            return
        if self.server.grants(now):
            self.pace.granted(started, now)
            self._at(now, None)
            return
        pause = max(self.pause, LEAST_PAUSE)
        self.pace.refused(started, now, pause)
        self.next_at = self.paused_until = max(self.next_at, now + pause)
        self._at(now + pause, None)

    def rate_at(self, moment: float) -> float:
        """The rate after the last reply until then."""
        return [rate for at, rate in self.rates if at <= moment][-1]

    def _at(self, moment: float, started: float | None, tries: int = 0) -> None:
        heapq.heappush(self.events, (moment, next(self.number), started, tries))


@pytest.mark.parametrize("pause", [0.0, 1.0])
@pytest.mark.parametrize(
    "phases",
    [
        [(60.0, 50.0)],
        [(60.0, 100.0)],
        [(60.0, 20.0)],
        [(60.0, 50.0), (60.0, 100.0)],
        [(60.0, 100.0), (60.0, 40.0)],
        [(40.0, 60.0), (40.0, 30.0), (40.0, 90.0)],
    ],
    ids=str,
)
def test_the_rate_follows_the_servers_limit(phases: list[Phase], pause: float) -> None:
    """At least 95 of 100 requests that it would grant are made, and at most 2 of 100 are refused."""
    server = Server(phases)
    Client(Pace(400.0), server, pause).run(sum(seconds for seconds, _ in phases))
    allowed = sum(seconds * rate for seconds, rate in phases)
    assert server.granted >= 0.95 * allowed
    assert server.refused <= 0.02 * (server.granted + server.refused)


def test_a_server_that_asks_for_long_pauses_is_probed_rarely() -> None:
    """Where each refusal costs five seconds, they are not sought."""
    server = Server([(120.0, 50.0)])
    Client(Pace(400.0), server, 5.0).run(120.0)
    assert server.granted >= 0.7 * 120 * 50
    assert server.refused <= 0.01 * server.granted


@pytest.mark.parametrize("seed", range(5))
def test_random_refusals_do_not_lower_the_rate_for_long(seed: int) -> None:
    """3 % at any rate: with a pause of a second for each, 12 requests a second are possible."""
    dice = random.Random(seed)  # noqa: S311  the same again from the same seed
    server = Server([(600.0, 1000.0)], chance=lambda: dice.random() < 0.03)
    Client(Pace(20.0), server, 0.0).run(600.0)
    assert server.granted >= 600 * 4


def chances(seed: int, share: float) -> Callable[..., bool]:
    """Say yes in so many of all cases, the same again from the same seed."""
    dice = random.Random(seed)  # noqa: S311  nothing secret
    return lambda *_: dice.random() < share


@pytest.mark.parametrize("most", [20.0, 200.0, 1000.0])
@pytest.mark.parametrize("seed", range(3))
def test_random_faults_are_not_an_overload(most: float, seed: int) -> None:
    """With 5 % refusals and 11 % outages, at least 60 % of the time between pauses is used."""
    server = Server([(300.0, 10_000.0)], chance=chances(seed, 0.05))
    Client(Pace(most), server, 1.0, fails=chances(seed + 100, 0.11)).run(300.0)
    carried = min(most, CONNECTIONS / LATENCY)
    # Requests that wait for a connection in the pause come with it, so each refusal costs that second and no more.
    left = carried / (1 + 0.05 * carried)
    assert server.granted / 300 >= 0.6 * left * (1 - 0.05 - 0.11)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.11])
def test_an_outage_among_random_faults_is_noticed_within_seconds(share: float) -> None:
    """During ten seconds of an outage only a few requests a second are sent; after it, all are."""
    by_chance = chances(7, share)
    client = Client(Pace(200.0), Server([(200.0, 10_000.0)]), 0.0, fails=lambda now: 100 <= now < 110 or by_chance())
    client.run(200.0)
    assert client.rate_at(99.9) >= 100.0
    assert client.rate_at(103.0) <= 5.0
    assert client.rate_at(130.0) >= 100.0


@pytest.mark.parametrize("most", [200.0, 1000.0])
@pytest.mark.parametrize("capacity", [10.0, 40.0, 100.0])
def test_an_overload_is_not_a_usual_failure_rate(capacity: float, most: float) -> None:
    """A server that answers 503 above its capacity is used to the full; at most a third of the requests is in vain."""
    carries = Server([(300.0, capacity)])
    server = Server([(300.0, 10_000.0)])
    client = Client(Pace(most), server, 0.0, fails=lambda now: not carries.grants(now))
    client.run(300.0)
    assert server.granted >= 0.9 * 300 * capacity
    assert client.failed <= (server.granted + client.failed) / 3


def break_down(pace: Pace) -> None:
    """Report so many outages at once that they mean an overload."""
    for _ in range(3):
        pace.overloaded(0.0, 0.1)


def test_rare_failures_do_not_lower_the_rate() -> None:
    """One reply in fifty is an outage at any rate: lowering it again and again would end at a standstill."""
    pace = Pace(100.0)
    for number in range(1, 1001):
        moment = number / 100
        pace.request_began(moment, 0.0)
        if number % 50:
            pace.granted(moment, moment)
        else:
            pace.overloaded(moment, moment)
    assert pace.rate(10.0) == 100.0


def test_the_configured_rate_is_never_exceeded() -> None:
    """However long nobody refuses."""
    pace = Pace(10.0)
    pace.request_began(0.0, 0.0)
    break_down(pace)
    assert pace.rate(1e9) == 10.0


def test_requests_under_way_together_count_as_one_refusal() -> None:
    """Four refusals at the same time must not divide the rate by sixteen."""
    pace = Pace(10.0)
    for started in (0.0, 0.1, 0.2, 0.3):
        pace.request_began(started, 0.0)
    for _ in range(4):
        pace.refused(0.3, 0.4, 1.0)
    assert pace.rate(0.4) == 5.0


def test_a_refusal_at_a_lower_rate_lowers_it_again() -> None:
    """The server's limit is lower still."""
    pace = Pace(10.0)
    for started in (0.0, 1.5, 3.0):
        pace.request_began(started, 0.0)
        pace.refused(started, started + 0.05, 1.0)
    assert pace.rate(3.05) == pytest.approx(1.25, rel=0.1)


def test_the_rate_never_falls_below_one_request_a_second() -> None:
    """During the longest outage a request every second tries again."""
    pace = Pace(10.0)
    for started in range(50):
        pace.overloaded(started, started + 0.1)
    assert pace.rate(49.1) == SLOWEST


def test_a_configured_rate_below_the_minimum_is_kept() -> None:
    """One request in ten seconds, for example."""
    pace = Pace(0.1)
    break_down(pace)
    assert pace.rate(0.1) == 0.1


def test_idle_time_does_not_change_the_rate() -> None:
    """A minute in which nothing was wanted neither raises the rate nor counts as a rate that was granted."""
    pace = Pace(100.0)
    pace.request_began(0.0, 0.0)
    break_down(pace)
    before = pace.rate(0.1)
    pace.request_began(60.1, 60.0)
    assert pace.rate(60.1) == pytest.approx(before)
    for _ in range(80):
        pace.granted(60.1, 60.1)
    pace.refused(60.2, 62.1, 1.0)
    assert pace.rate(62.1) == pytest.approx(40.0)
