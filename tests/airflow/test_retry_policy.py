"""Which failures are worth repeating, and when."""

from datetime import timedelta

import pytest

from salesforce_daktela.airflow.retry_policy import PipelineRetryPolicy
from salesforce_daktela.errors import ConfigurationError, IntegrityError, ThrottledError, TransportError

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize(
    ("failure", "action", "delay"),
    [
        pytest.param(ConfigurationError("a wrong token"), "fail", None, id="somebody has to act"),
        pytest.param(ThrottledError("429", retry_after=42), "retry", timedelta(seconds=42), id="as long as asked"),
        pytest.param(
            ThrottledError("429", retry_after=864_000), "retry", timedelta(hours=1), id="ten days is too long"
        ),
        pytest.param(ThrottledError("429", retry_after=1e300), "retry", timedelta(hours=1), id="longer than time is"),
        pytest.param(ThrottledError("429", retry_after=1), "default", None, id="asked for less than the back-off"),
        pytest.param(ThrottledError("429"), "default", None, id="asked for no time: the task's back-off"),
        pytest.param(ThrottledError("503", retry_after=0.0), "default", None, id="asked for a time that is over"),
        pytest.param(TransportError("no reply"), "default", None, id="may pass"),
        pytest.param(IntegrityError("counts differ"), "default", None, id="read again"),
    ],
)
def test_each_kind_of_failure_has_its_retry(failure: Exception, action: str, delay: timedelta | None) -> None:
    """The class of an error tells what the run does."""
    decision = PipelineRetryPolicy().evaluate(failure, 1, 4)
    assert (decision.action.value, decision.retry_delay) == (action, delay)


@pytest.mark.parametrize(
    ("tried", "asked", "action"),
    [
        (1, 19, "default"),
        (1, 21, "retry"),
        (4, 159, "default"),
        (4, 161, "retry"),
        (9, 599, "default"),
        (9, 601, "retry"),
    ],
)
def test_a_short_pause_does_not_shorten_the_time_that_a_run_outlasts(tried: int, asked: float, action: str) -> None:
    """Airflow's pauses grow from 20 s to ten minutes: the longer of both counts."""
    assert PipelineRetryPolicy().evaluate(ThrottledError("429", retry_after=asked), tried, 4).action.value == action
