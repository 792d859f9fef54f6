"""The settle step of a loaded run."""

from __future__ import annotations

from datetime import UTC, datetime

from benchmarks.sides.as_task import load_what_tasks_load
from benchmarks.sides.deployment import RUN, Deployment
from benchmarks.sides.side import Order, Watch, run_side
from salesforce_daktela.steps.settle.settle import settle


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Settle the run; if its numbers do not agree, the measurement fails."""
    load_what_tasks_load(order)
    here = Deployment(order)
    extraction = here.kept.get("extraction")
    with watch.running():
        report = settle(
            here.spec,
            here.mapping,
            here.request,
            here.ledger,
            run_id=RUN,
            extraction=extraction,
            started=datetime.now(UTC),
        )
    if report.failure:
        raise RuntimeError(report.failure)
    return {"outcomes": dict(report.outcomes)}


if __name__ == "__main__":
    run_side(work)
