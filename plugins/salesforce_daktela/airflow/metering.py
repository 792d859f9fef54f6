"""Send metrics by Airflow's own stats, to whichever system ``[metrics]`` of Airflow's settings names."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from salesforce_daktela.airflow.releases import stats
from salesforce_daktela.sync.metrics import Kind, Sample

log = logging.getLogger(__name__)


def send(samples: Callable[[], Iterable[Sample]]) -> None:
    """Make and send these samples. No error here may change what becomes of a run."""
    try:
        for sample in samples():
            _send(sample)
    except Exception as exc:  # noqa: BLE001 a run does not depend on its metrics
        log.warning("metrics were not sent: %s", type(exc).__name__)


def _send(sample: Sample) -> None:
    if sample.metric.kind is Kind.COUNTER:
        stats.incr(sample.metric.stat, int(sample.value), tags=dict(sample.tags))
    else:
        stats.gauge(sample.metric.stat, sample.value, tags=dict(sample.tags))
