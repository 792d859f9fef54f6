"""What stands in for the retry policy of Airflow 3.3 on releases before it."""

from __future__ import annotations

import pytest

from salesforce_daktela.airflow.releases import AirflowFailException, failing_for_good
from salesforce_daktela.errors import ConfigurationError, TransportError


@failing_for_good
def execute(failure: Exception) -> None:
    raise failure


def test_what_only_a_person_can_mend_is_not_repeated() -> None:
    """The text stays, and with it what to do."""
    with pytest.raises(AirflowFailException, match="Daktela: the token is not accepted: make another"):
        execute(ConfigurationError("the token is not accepted", where="Daktela", advice="make another"))


def test_what_may_pass_is_left_to_the_retries() -> None:
    with pytest.raises(TransportError):
        execute(TransportError("no answer"))
