"""The plan step over all payload parts, as ``mode: plan`` asks for it."""

from __future__ import annotations

import benchmarks.sides.arrow_task  # noqa: F401 first, for what it does
from benchmarks.sides.as_task import load_what_tasks_load
from benchmarks.sides.deployment import Deployment
from benchmarks.sides.side import Order, Watch, run_side
from salesforce_daktela.steps.plan.planner import Planner


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Count what a load would do; if ``whole`` is false, only removals, as before a load."""
    load_what_tasks_load(order)
    here = Deployment(order)
    planner = Planner(
        spec=here.spec,
        mapping=here.mapping,
        daktela=here.daktela,
        ledger=here.ledger,
        store=here.store,
        decider=here.loader.decider,
        key=here.key("plans", 0),
        whole=bool(order.get("whole", True)),
    )
    payloads = here.kept.parts("payloads")
    with watch.running():
        plan = planner.plan(payloads, salesforce_calls=None)
    return {"counts": dict(plan.counts), "calls": sum(here.daktela.calls.values())}


if __name__ == "__main__":
    run_side(work)
