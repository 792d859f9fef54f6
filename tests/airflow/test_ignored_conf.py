"""``[core] dag_run_conf_overrides_params = False``: Airflow starts runs as if nothing had been asked of them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from salesforce_daktela.airflow.task_run import TaskRun
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.sync.request import Mode

MAPPINGS = Path(__file__).resolve().parents[2] / "include" / "mappings"


def context_of(dag_id: str, conf: dict[str, Any] | None, params: dict[str, Any]) -> Any:
    """As Airflow gives it to the first task of a run."""
    return {
        "dag_run": SimpleNamespace(run_type="manual", conf=conf),
        "params": params,
        "run_id": "manual__1",
        "ti": SimpleNamespace(xcom_pull=lambda **_: None, dag_id=dag_id),
    }


@pytest.fixture(autouse=True)
def _shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER", str(MAPPINGS))


@pytest.mark.parametrize(
    ("dag_id", "conf", "params"),
    [
        ("salesforce_to_daktela__default", {"mode": "plan"}, {"mode": "incremental"}),
        ("salesforce_to_daktela__default", {"mappings": ["leads"]}, {"mappings": None}),
        ("reconcile__default", {"repair": True, "mappings": ["leads"]}, {"repair": False, "mappings": ["leads"]}),
        ("reconcile__default", {"repair": False}, {}),
    ],
)
def test_a_run_that_would_not_do_what_it_was_started_for_ends_at_once(
    dag_id: str, conf: dict[str, Any], params: dict[str, Any]
) -> None:
    """A plan would write, and a repair would compare."""
    with pytest.raises(ConfigurationError, match="dag_run_conf_overrides_params"):
        TaskRun.of("default", context_of(dag_id, conf, params), "")


@pytest.mark.parametrize("conf", [None, {}, {"mode": "plan"}])
def test_a_run_whose_parameters_are_handed_over_goes_on(conf: dict[str, Any] | None) -> None:
    params = {"mode": "incremental", "mappings": None, **(conf or {})}
    request = TaskRun.of("default", context_of("salesforce_to_daktela__default", conf, params), "").request
    assert request.mode is Mode(params["mode"])
