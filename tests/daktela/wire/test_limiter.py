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


def test_idle_time_does_not_allow_a_burst(clock: Clock) -> None:
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


def test_parallel_requests_are_spread_over_the_time_of_a_reply(clock: Clock) -> None:
    """Four workers with replies of 0.6 s can begin a request every 0.15 s; at most 1.5 times as many may begin."""
    limiter = make_limiter(clock, rate=1000.0)
    ask(limiter, clock, seconds=0.6)
    assert gap(limiter) == pytest.approx(0.1)


def test_a_single_worker_is_not_slowed_down(clock: Clock) -> None:
    """Its requests do not overlap: each begins after the previous one."""
    limiter = make_limiter(clock, rate=1000.0, workers=1)
    assert [ask(limiter, clock, seconds=0.5) for _ in range(4)] == pytest.approx([0.0, 0.5, 1.0, 1.5])


def test_one_very_slow_reply_does_not_delay_later_requests(clock: Clock) -> None:
    """Its time counts as at most a few times the usual one."""
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


def test_a_pause_also_holds_for_waiting_requests(clock: Clock) -> None:
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
    """So an overloaded server gets fewer requests before it has to refuse."""
    limiter = make_limiter(clock)
    for _ in range(5):
        ask(limiter, clock, 0.2)
    ask(limiter, clock, 10.0)
    assert limiter.rate == pytest.approx(9.0)


def test_after_an_outage_the_rate_comes_back_within_seconds(clock: Clock) -> None:
    """Failures in a row halve it; with good replies it rises again."""
    limiter = make_limiter(clock)
    with limiter.slot() as turn:
        pass
    for _ in range(3):
        limiter.failed(turn)
    assert limiter.rate == 5.0
    for _ in range(60):
        ask(limiter, clock)
    assert limiter.rate == 10.0


def test_a_refusal_stops_all_requests_for_a_second(clock: Clock) -> None:
    """Also if the server asks for less: after that second it allows a burst."""
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


def test_a_failed_request_frees_its_worker(clock: Clock) -> None:
    """With one worker, a second request begins after the first one has failed."""
    limiter = make_limiter(clock, workers=1)
    with pytest.raises(OSError, match="broken"), limiter.slot():
        raise OSError("broken")
    assert ask(limiter, clock) > 0


@pytest.mark.parametrize(("rate", "workers"), [(0, 4), (-1, 4), (float("nan"), 4), (float("inf"), 4), (10, 0)])
def test_limits_of_zero_are_refused(rate: float, workers: int) -> None:
    """Without requests or workers the load would wait for ever."""
    with pytest.raises(ConfigurationError, match="above zero"):
        AdaptiveLimiter(rate, workers)
