from __future__ import annotations

import threading

import pytest

from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from salesforce_daktela.errors import ConfigurationError
from tests.daktela.examples import Clock


def make_limiter(clock: Clock, *, rate: float = 10.0, workers: int = 4) -> AdaptiveLimiter:
    return AdaptiveLimiter(rate, workers, clock=clock, sleep=clock.sleep)


def ask(limiter: AdaptiveLimiter, clock: Clock, seconds: float = 0.0) -> float:
    """One good request that takes so long; return when it began."""
    with limiter.slot() as turn:
        clock.seconds += seconds
    limiter.succeeded(turn)
    return turn.started


def test_requests_are_spaced_evenly(clock: Clock) -> None:
    """Ten a second begin a tenth of a second apart, the first at once."""
    limiter = make_limiter(clock)
    assert [ask(limiter, clock) for _ in range(5)] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])


def test_idle_time_is_not_saved_up_for_a_burst(clock: Clock) -> None:
    """After a quiet minute the next two requests are still a tenth of a second apart."""
    limiter = make_limiter(clock)
    ask(limiter, clock)
    clock.seconds = 60.0
    assert [ask(limiter, clock) for _ in range(2)] == pytest.approx([60.0, 60.1])


def gap(limiter: AdaptiveLimiter) -> float:
    """Seconds between the beginnings of two requests that are wanted at the same time."""
    with limiter.slot() as first, limiter.slot() as second:
        pass
    return second.started - first.started


def test_requests_side_by_side_are_spread_over_the_time_of_a_reply(clock: Clock) -> None:
    """Four places at six tenths of a second could begin one every 0.15: half as many again may, and no more."""
    limiter = make_limiter(clock, rate=1000.0)
    ask(limiter, clock, seconds=0.6)
    assert gap(limiter) == pytest.approx(0.1)


def test_a_lone_place_is_not_held_back(clock: Clock) -> None:
    """Its requests never meet: each begins when the one before has ended."""
    limiter = make_limiter(clock, rate=1000.0, workers=1)
    assert [ask(limiter, clock, seconds=0.5) for _ in range(4)] == pytest.approx([0.0, 0.5, 1.0, 1.5])


def test_a_reply_that_hung_does_not_hold_up_those_after_it(clock: Clock) -> None:
    """It counts for a few times the usual, however long it took."""
    limiter = make_limiter(clock, rate=1000.0)
    ask(limiter, clock, seconds=0.6)
    ask(limiter, clock, seconds=60.0)
    assert gap(limiter) == pytest.approx(0.13)


def test_a_refusal_halves_the_rate(clock: Clock) -> None:
    """The next requests are farther apart."""
    limiter = make_limiter(clock)
    with limiter.slot() as turn:
        pass
    limiter.refused(turn)
    assert limiter.rate == 5.0


def test_a_pause_holds_for_the_next_request(clock: Clock) -> None:
    """Nobody asks before the wait that the server named is over."""
    limiter = make_limiter(clock)
    with limiter.slot() as turn:
        pass
    limiter.refused(turn, 30.0)
    assert ask(limiter, clock) == 30.0


def test_a_shorter_pause_does_not_end_a_longer_one(clock: Clock) -> None:
    """Two refusals, one asking for thirty seconds and one for one: thirty it is."""
    limiter = make_limiter(clock)
    with limiter.slot() as first, limiter.slot() as second:
        pass
    limiter.refused(first, 30.0)
    limiter.refused(second, 1.0)
    assert ask(limiter, clock) >= 30.0


def test_a_pause_holds_for_who_was_already_waiting(clock: Clock) -> None:
    """A thread asleep until its turn looks again when it wakes, and waits for the pause to end."""

    def sleep(seconds: float) -> None:
        if not clock.slept:
            limiter.refused(turn, 30.0)
        clock.sleep(seconds)

    limiter = AdaptiveLimiter(10.0, 4, clock=clock, sleep=sleep)
    with limiter.slot() as turn:
        pass
    assert ask(limiter, clock) >= 30.0


def test_a_reply_far_slower_than_usual_lowers_the_rate_a_little(clock: Clock) -> None:
    """A server that begins to labour is asked less before it has to refuse."""
    limiter = make_limiter(clock)
    for _ in range(5):
        ask(limiter, clock, 0.2)
    ask(limiter, clock, 10.0)
    assert limiter.rate == pytest.approx(9.0)


def test_after_an_outage_the_rate_comes_back_within_seconds(clock: Clock) -> None:
    """Failures one after the other halve it; requests that get good replies find all of it again."""
    limiter = make_limiter(clock)
    with limiter.slot() as turn:
        pass
    for _ in range(3):
        limiter.failed(turn)
    assert limiter.rate == 5.0
    for _ in range(60):
        ask(limiter, clock)
    assert limiter.rate == 10.0


def test_a_refusal_stops_everybody_for_a_second(clock: Clock) -> None:
    """Also where the server asks for less: in that second it saves up what is spent afterwards."""
    limiter = make_limiter(clock)
    with limiter.slot() as turn:
        pass
    limiter.refused(turn)
    assert ask(limiter, clock) == 1.0


def test_a_server_that_is_always_slow_is_not_slowed_down_for_it(clock: Clock) -> None:
    """Three seconds for every reply are its usual."""
    limiter = make_limiter(clock)
    for _ in range(20):
        ask(limiter, clock, 3.0)
    assert limiter.rate == 10.0


def test_no_more_requests_are_under_way_than_workers() -> None:
    """Eight threads share two places."""
    limiter = AdaptiveLimiter(100_000, 2)
    inside, most, lock = 0, 0, threading.Lock()
    together = threading.Barrier(2)

    def work() -> None:
        nonlocal inside, most
        with limiter.slot():
            with lock:
                inside += 1
                most = max(most, inside)
            together.wait(timeout=10)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_a_failed_request_gives_its_place_back(clock: Clock) -> None:
    """With one place, a second request begins after the first one broke."""
    limiter = make_limiter(clock, workers=1)
    with pytest.raises(OSError, match="broken"), limiter.slot():
        raise OSError("broken")
    assert ask(limiter, clock) > 0


@pytest.mark.parametrize(("rate", "workers"), [(0, 4), (-1, 4), (float("nan"), 4), (float("inf"), 4), (10, 0)])
def test_limits_that_would_stop_everything_are_refused(rate: float, workers: int) -> None:
    """A rate of nothing or no worker at all would wait for ever."""
    with pytest.raises(ConfigurationError, match="above zero"):
        AdaptiveLimiter(rate, workers)
